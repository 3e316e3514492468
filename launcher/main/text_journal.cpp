#include "text_journal.h"

#include <cerrno>

#include <fmt/format.h>

#include "bulkhead/base/json_text.h"
#include "bulkhead/base/text.h"

namespace bulkhead::launcher {
namespace {

double in_seconds(launch::Journal::Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

bool is_awaited(launch::StepKind kind) {
  return kind == launch::StepKind::kAwaitReady || kind == launch::StepKind::kAwaitBackEnd;
}

}  // namespace

TextJournal::TextJournal(const plan::LaunchPlan& plan, cli::Console& console, hypervisor::Machine& machine)
    : plan_(plan), console_(console), machine_(machine), began_(machine.now()) {}

Result<void> TextJournal::log_to(const std::string& path) {
  log_.reset(std::fopen(path.c_str(), "ae"));
  if (!log_) {
    const int code = errno;
    return Error::from_errno("open " + quoted(path), code);
  }
  return {};
}

double TextJournal::seconds() const {
  return in_seconds(machine_.now() - began_);
}

void TextJournal::say(std::string_view text) {
  console_.complain(fmt::format("{:8.3f}  {}\n", seconds(), text));
}

void TextJournal::log(std::string_view event, const launch::Step* step, const Duration* took, std::string_view text) {
  if (!log_) {
    return;
  }
  std::string line;
  JsonText json(line);
  json.begin_object(JsonText::Layout::kInline);
  json.key("at");
  json.raw(fmt::format("{:.3f}", seconds()));
  json.key("event");
  json.text(event);
  if (step != nullptr) {
    json.key("step");
    json.text(launch::title(*step, plan_));
    json.key("kind");
    json.text(launch::name(step->kind));
    json.key("domid");
    json.number(step->domid);
  }
  if (took != nullptr) {
    json.key("took");
    json.raw(fmt::format("{:.3f}", in_seconds(*took)));
  }
  if (!text.empty()) {
    json.key("text");
    json.text(text);
  }
  json.end();
  // Each line is out before the next step: what a crash leaves is complete up to there.
  fmt::print(log_.get(), "{}\n", line);
  std::fflush(log_.get());
}

void TextJournal::started(const launch::Step& step) {
  if (is_awaited(step.kind)) {
    say(launch::title(step, plan_) + " ...");
  }
  log("started", &step, nullptr, launch::reason(step.kind));
}

void TextJournal::finished(const launch::Step& step, Duration took) {
  say(fmt::format("{}: done in {:.3f} s", launch::title(step, plan_), in_seconds(took)));
  log("finished", &step, &took, "");
}

void TextJournal::failed(const launch::Step& step, Duration took, const Error& error) {
  say(fmt::format("{}: FAILED after {:.3f} s: {}", launch::title(step, plan_), in_seconds(took), error.message()));
  log("failed", &step, &took, error.message());
}

void TextJournal::undone(const launch::Step& step, const Result<void>& outcome) {
  say(fmt::format("undo {}: {}", launch::title(step, plan_),
                  outcome ? std::string(launch::undo(step.kind)) : "FAILED: " + outcome.error().message()));
  log("undone", &step, nullptr, outcome ? std::string_view() : std::string_view(outcome.error().message()));
}

void TextJournal::note(std::string_view text) {
  say(text);
  log("note", nullptr, nullptr, text);
}

}  // namespace bulkhead::launcher
