# shellcheck shell=sh
# Sourced by the init of every domain of the host in a box (busybox sh).
export PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/xen-4.17/bin HOME=/root

say() { echo "box: $*" >/dev/kmsg; }

# option NAME: the value of NAME=... on the kernel command line; - and _ are the same, as the kernel has it.
option() {
  tr ' ' '\n' </proc/cmdline | sed -n "s/^$(echo "$1" | sed 's/[-_]/[-_]/g')=//p" | tail -n 1
}

load_modules() {  # LIST [OPTION...]: the options are for each of them, besides those in the list
  list=/lib/modules/$1
  shift
  while read -r module options; do
    # shellcheck disable=SC2086  # options, as words
    insmod "$module" $options "$@" || say "cannot load $module"
  done <"$list"
}

start_domain() {
  mount -t proc proc /proc
  mount -t sysfs sysfs /sys
  mount -t devtmpfs dev /dev
  mkdir -p /dev/pts
  mount -t devpts devpts /dev/pts
  load_modules first
}

# wait_for SECONDS COMMAND...: until it succeeds, or the time is over.
wait_for() {
  tries=$(($1 * 20))
  shift
  while ! "$@" 2>/dev/null; do
    tries=$((tries - 1))
    [ $tries -gt 0 ] || return 1
    usleep 50000
  done
}

announce_ready() {
  xenstore-write data/ready 1
  say "ready"
}

# Runs what domain 0's box-run asks for: data/test holds "NUMBER COMMAND", data/result gets "NUMBER STATUS OUTPUT".
serve_commands() {
  last=
  xenstore-watch data/test | while read -r _; do
    request=$(xenstore-read -R data/test 2>/dev/null) || continue
    [ "$request" != "$last" ] || continue
    last=$request
    sh -c "${request#* }" >/run/output 2>&1 </dev/null
    xenstore-write data/result "${request%% *} $? $(head -c 1500 /run/output)"
  done
}
