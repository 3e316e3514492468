// Each line of a policy falsified in every way, compiled, and proven: the proof must name exactly what was changed.
// What a changed text means is computed by conf_facts.cpp, which knows nothing of binaries.
#include <atomic>
#include <map>
#include <random>
#include <thread>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "bulkhead/analysis/proof.h"
#include "bulkhead/flask/checkpolicy.h"
#include "conf_facts.h"
#include "examples.h"
#include "mutations.h"

namespace bulkhead::test {
namespace {

enum class Verdict {
  kFound,    // the proof named what was changed, and nothing else
  kBoth,     // likewise, and a neverallow rule refused it before
  kRefused,  // checkpolicy does not take it: no such name, a label without its role, two labels for one port
  kSame,     // the change means nothing, and the proof finds nothing
  kWrong,
};

struct Judgement {
  Verdict verdict = Verdict::kWrong;
  std::string story;  // of a wrong one
};

class Judge {
 public:
  Judge(const DerivedSpec& host, bool trace) : host_(host), conf_(host.conf(trace)), before_(facts_of(conf_)) {}

  [[nodiscard]] const std::string& conf() const { return conf_; }
  [[nodiscard]] Judgement judge(const std::string& text, bool moves_numbers) const;

 private:
  const DerivedSpec& host_;
  std::string conf_;
  Facts before_;
};

Judgement Judge::judge(const std::string& text, bool moves_numbers) const {
  // The proof is to find it alone.
  const Result<std::string> binary = flask::compile_policy(without_never_allows(text));
  if (!binary) return {Verdict::kRefused, {}};
  const Result<flask::BinaryPolicy> policy = flask::read_binary_policy(*binary);
  if (!policy) return {Verdict::kWrong, "not read: " + policy.error().message()};
  const Facts named = reported(analysis::prove(host_.read.model, host_.derived, *policy));
  const Facts changed = change(before_, facts_of(text));
  if (changed.empty() && named.empty()) return {Verdict::kSame, {}};
  const bool includes = std::includes(named.begin(), named.end(), changed.begin(), changed.end());
  if (!changed.empty() && (moves_numbers ? includes : named == changed)) return {Verdict::kFound, {}};
  return {Verdict::kWrong,
          fmt::format("changed:\n  {}\nnamed:\n  {}", fmt::join(changed, "\n  "), fmt::join(named, "\n  "))};
}

// neverallow rules take most of checkpolicy's time, so only each of this many is compiled with them too.
constexpr std::size_t kWithNeverAllows = 8;

// Each run of checkpolicy is a process of its own, so two threads are worth while.
std::vector<Judgement> judge_all(const Judge& judge, const std::vector<Mutation>& mutations) {
  const Lines lines = lines_of(judge.conf());
  std::vector<Judgement> judgements(mutations.size());
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < mutations.size(); i = next++) {
      const std::string text = mutated(lines, mutations[i]);
      judgements[i] = judge.judge(text, mutations[i].moves_numbers);
      if (judgements[i].verdict != Verdict::kFound || i % kWithNeverAllows != 0) continue;
      if (!flask::compile_policy(text)) judgements[i].verdict = Verdict::kBoth;
    }
  };
  std::thread other(work);
  work();
  other.join();
  return judgements;
}

struct Tally {
  std::map<Verdict, std::size_t> of;
  std::map<std::string, std::map<Verdict, std::size_t>> by_kind;

  [[nodiscard]] std::string text(const std::string& host) const {
    const auto line = [](const std::string& what, const std::map<Verdict, std::size_t>& counts) {
      const auto count = [&](Verdict verdict) {
        const auto found = counts.find(verdict);
        return found == counts.end() ? 0 : found->second;
      };
      return fmt::format("{:36}{:>7}{:>9}{:>8}{:>6}{:>7}\n", what, count(Verdict::kFound), count(Verdict::kRefused),
                         count(Verdict::kBoth), count(Verdict::kSame), count(Verdict::kWrong));
    };
    std::string result =
        fmt::format("{:36}{:>7}{:>9}{:>8}{:>6}{:>7}\n", host, "found", "refused", "both", "same", "wrong");
    for (const auto& [kind, counts] : by_kind) result += line("  " + kind, counts);
    return result + line("  all", of);
  }
};

constexpr std::size_t kAll = 1'000'000;

struct Choice {
  std::string only{};       // in the mutation's kind; empty: of every kind
  std::size_t most = kAll;  // more are sampled
  bool trace = false;
};

std::vector<Mutation> chosen(const Lines& lines, const Choice& choice) {
  constexpr unsigned kSeed = 1;
  std::vector<Mutation> mutations = all_mutations(lines, kSeed);
  std::erase_if(mutations,
                [&](const Mutation& mutation) { return mutation.kind.find(choice.only) == std::string::npos; });
  std::mt19937 random(kSeed);
  for (std::size_t left = mutations.size(); left > 1; --left)
    std::swap(mutations[left - 1], mutations[random() % left]);
  if (mutations.size() > choice.most) mutations.resize(choice.most);
  return mutations;
}

Tally check_host(const std::string& name, const Choice& choice) {
  const DerivedSpec host = derived_example(name);
  const Judge judge(host, choice.trace);
  const Lines lines = lines_of(judge.conf());
  const std::vector<Mutation> mutations = chosen(lines, choice);
  const std::vector<Judgement> judgements = judge_all(judge, mutations);
  Tally tally;
  for (std::size_t i = 0; i < mutations.size(); ++i) {
    const Verdict verdict = judgements[i].verdict;
    ++tally.of[verdict];
    ++tally.by_kind[mutations[i].kind][verdict];
    INFO(mutations[i].kind << "\nwas: " << lines[mutations[i].line] << "\nis:  " << mutations[i].text << "\n"
                           << judgements[i].story);
    // A rule added for a target that another rule gives already changes nothing, and so does an attribute that only has
    // dontaudit rules about what the type is allowed; nothing else is without effect. A rule of access with other names
    // in it is never refused: there the proof is the only judge.
    const bool may_be_same =
        mutations[i].kind.starts_with("one more target") || mutations[i].kind == "an attribute more of a type";
    const bool is_access = mutations[i].kind.ends_with("allow") || mutations[i].kind.ends_with("audit");
    if (verdict == Verdict::kWrong || (verdict == Verdict::kSame && !may_be_same) ||
        (verdict == Verdict::kRefused && is_access)) {
      CHECK(verdict == Verdict::kFound);
    }
  }
  const std::size_t all = all_mutations(lines, 1).size();
  WARN(tally.text(fmt::format("{}{}: {} of {}", name, choice.trace ? ", traced" : "", mutations.size(), all)));
  return tally;
}

}  // namespace

TEST_CASE("the meaning of an unchanged policy is the spec's") {
  for (const std::string& name : kExamples) {
    const DerivedSpec host = derived_example(name);
    const Facts facts = facts_of(host.conf());
    std::size_t permissions = 0;
    for (const privilege::Cell& cell : host.derived.set.cells()) {
      permissions += static_cast<std::size_t>(__builtin_popcount(cell.permissions));
    }
    CHECK(static_cast<std::size_t>(std::count_if(facts.begin(), facts.end(), [](const std::string& fact) {
            return fact.starts_with("allow ");
          })) == permissions);
  }
}

TEST_CASE("every line of the minimal host's policy, falsified, is named by the proof or refused by checkpolicy") {
  Tally tally = check_host("minimal", {});
  CHECK(tally.of[Verdict::kFound] > 200);
}

TEST_CASE("every trace rule of the minimal host's policy, falsified, is named by the proof") {
  Tally tally = check_host("minimal", {.only = "auditallow", .trace = true});
  CHECK(tally.of[Verdict::kFound] > 100);
}

TEST_CASE("every line of the split host's policy, falsified, is named by the proof or refused by checkpolicy") {
  Tally tally = check_host("split", {});
  CHECK(tally.of[Verdict::kFound] > 800);
  CHECK(tally.of[Verdict::kBoth] > 0);
}

TEST_CASE("falsified lines of the Windsor host's policy are named by the proof or refused by checkpolicy") {
  Tally tally = check_host("windsor", {.most = 300});
  CHECK(tally.of[Verdict::kFound] > 200);
}

}  // namespace bulkhead::test
