// Each line of a policy falsified in every way, compiled, and proven: the proof must name exactly what was changed.
// What a changed text means is computed by conf_facts.cpp, which knows nothing of binaries.
#include <atomic>
#include <map>
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
  kFound,            // the proof named what was changed, and nothing else
  kRefused,          // checkpolicy took neither this text nor one without its neverallow rules
  kRefusedAndFound,  // a neverallow rule refused it; without those the proof named it
  kSame,             // the change means nothing, and the proof says so
  kWrong,
};

struct Judgement {
  Verdict verdict = Verdict::kWrong;
  std::string story;  // of a wrong one
};

class Judge {
 public:
  explicit Judge(const DerivedSpec& host, bool trace = false) : host_(host), conf_(host.conf(trace)) {}

  [[nodiscard]] const std::string& conf() const { return conf_; }
  [[nodiscard]] Judgement judge(const Lines& lines, const Mutation& mutation) const;

 private:
  [[nodiscard]] Judgement judge_binary(const std::string& binary, const std::string& text, const Mutation& mutation,
                                       Verdict when_found) const;

  const DerivedSpec& host_;
  std::string conf_;
  Facts before_ = facts_of(conf_);
};

Judgement Judge::judge_binary(const std::string& binary, const std::string& text, const Mutation& mutation,
                              Verdict when_found) const {
  const Result<flask::BinaryPolicy> policy = flask::read_binary_policy(binary);
  if (!policy) return {Verdict::kWrong, "not read: " + policy.error().message()};
  const Facts named = reported(analysis::prove(host_.read.model, host_.derived, *policy));
  const Facts changed = change(before_, facts_of(text));
  const bool includes = std::includes(named.begin(), named.end(), changed.begin(), changed.end());
  if (changed.empty() && named.empty()) return {Verdict::kSame, {}};
  if (named == changed || (mutation.moves_numbers && includes && !changed.empty())) return {when_found, {}};
  return {Verdict::kWrong,
          fmt::format("changed:\n  {}\nnamed:\n  {}", fmt::join(changed, "\n  "), fmt::join(named, "\n  "))};
}

Judgement Judge::judge(const Lines& lines, const Mutation& mutation) const {
  const std::string text = mutated(lines, mutation);
  const Result<std::string> binary = flask::compile_policy(text);
  if (binary) return judge_binary(*binary, text, mutation, Verdict::kFound);
  if (binary.error().message().find("neverallow") == std::string::npos) return {Verdict::kRefused, {}};
  const std::string plain = without_never_allows(text);
  const Result<std::string> again = flask::compile_policy(plain);
  if (!again) return {Verdict::kRefused, {}};
  return judge_binary(*again, plain, mutation, Verdict::kRefusedAndFound);
}

// checkpolicy takes nearly all of the time, and each run of it is a process of its own.
std::vector<Judgement> judge_all(const Judge& judge, const Lines& lines, const std::vector<Mutation>& mutations) {
  std::vector<Judgement> judgements(mutations.size());
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < mutations.size(); i = next++) judgements[i] = judge.judge(lines, mutations[i]);
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
                         count(Verdict::kRefusedAndFound), count(Verdict::kSame), count(Verdict::kWrong));
    };
    std::string result =
        fmt::format("{:36}{:>7}{:>9}{:>8}{:>6}{:>7}\n", host, "found", "refused", "both", "same", "wrong");
    for (const auto& [kind, counts] : by_kind) result += line("  " + kind, counts);
    return result + line("  all", of);
  }
};

Tally check_all(const std::string& name, bool trace) {
  const DerivedSpec host = derived_example(name);
  const Judge judge(host, trace);
  const Lines lines = lines_of(judge.conf());
  const std::vector<Mutation> mutations = all_mutations(lines, 1);
  const std::vector<Judgement> judgements = judge_all(judge, lines, mutations);
  Tally tally;
  for (std::size_t i = 0; i < mutations.size(); ++i) {
    ++tally.of[judgements[i].verdict];
    ++tally.by_kind[mutations[i].kind][judgements[i].verdict];
    if (judgements[i].verdict != Verdict::kWrong) continue;
    INFO(mutations[i].kind << "\nwas: " << lines[mutations[i].line] << "\nis:  " << mutations[i].text << "\n"
                           << judgements[i].story);
    CHECK(judgements[i].verdict == Verdict::kFound);
  }
  CHECK(tally.of[Verdict::kSame] == 0);
  WARN(tally.text(name + (trace ? ", traced" : "")));
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
  CHECK(check_all("minimal", false).of[Verdict::kFound] > 100);
}

TEST_CASE("every line of the minimal host's traced policy, falsified, is named or refused") {
  CHECK(check_all("minimal", true).of[Verdict::kFound] > 100);
}

TEST_CASE("every line of the split host's policy, falsified, is named by the proof or refused by checkpolicy") {
  Tally tally = check_all("split", false);
  CHECK(tally.of[Verdict::kFound] > 700);
  CHECK(tally.of[Verdict::kRefusedAndFound] > 0);
}

}  // namespace bulkhead::test
