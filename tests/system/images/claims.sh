# shellcheck shell=sh
# Sourced before a scenario's script.

# claim TEXT COMMAND...: the claim holds when the command succeeds; what it prints is the reason when it does not.
claim() {
  claim_text=$1
  shift
  if "$@" >/run/claim.txt 2>&1; then
    echo "claim passed: $claim_text"
  else
    echo "claim failed: $claim_text: exit $? $(tail -n 3 /run/claim.txt | tr '\n' ' ')"
    return 1
  fi
}

refused() { if "$@"; then return 1; else return 0; fi; }

scenario() { echo "scenario $1"; }  # whose the claims are from here on
figure() { echo "figure $1 $2"; }   # NAME VALUE: measured, for the table of figures
uptime_now() { cut -d ' ' -f 1 /proc/uptime; }

only_domain_0() { test "$(bulkhead-probe domains)" = 0; }

# refuses EXIT TEXT COMMAND...: it exits so, says so, and starts nothing.
refuses() {
  expected=$1 text=$2
  shift 2
  "$@" >/run/refused.txt 2>&1
  status=$?
  cat /run/refused.txt
  if [ $status -ne "$expected" ]; then
    echo "exit $status, not $expected"
    return 1
  fi
  grep -q -e "$text" /run/refused.txt && only_domain_0
}
