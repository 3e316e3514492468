// import: what xl runs today as a first spec, with what check still has to say about it at its end.
#include "bulkhead/xl/import.h"

#include <filesystem>

#include <fmt/format.h>

#include "actions.h"
#include "bulkhead/base/files.h"
#include "bulkhead/base/render.h"
#include "bulkhead/base/text.h"
#include "bulkhead/base/yaml_reader.h"

namespace bulkhead::driver {
namespace {

constexpr std::size_t kMaxFiles = 4096;

struct Reading {
  SourceSet sources;
  Diagnostics diagnostics;
  std::vector<xl::Guest> guests;
};

Result<void> read_one(const std::string& path, Reading& reading) {
  Result<std::string> text = read_file(path, kMaxDocumentBytes);
  if (!text) {
    return text.error();
  }
  const std::size_t first = text->find_first_not_of(" \t\r\n");
  // A configuration starts with a name or a comment, the list with its bracket.
  const bool is_list = first != std::string::npos && (*text)[first] == '[';
  const FileId file = reading.sources.add(path, std::move(*text));
  if (is_list) {
    if (const std::optional<Document> list = read_document(reading.sources, file, reading.diagnostics)) {
      for (xl::Guest& guest : xl::guests_of_list(*list, reading.diagnostics)) {
        reading.guests.push_back(std::move(guest));
      }
    }
  } else if (const auto config = xl::read_config(reading.sources, file, reading.diagnostics)) {
    if (std::optional<xl::Guest> guest = xl::guest_of(*config, reading.diagnostics)) {
      reading.guests.push_back(*std::move(guest));
    }
  }
  return {};
}

// What `check` says of the spec, as comments at its end, so that the lines that they name stay.
Result<std::string> with_findings(std::string spec) {
  const Result<TemporaryFolder> folder = TemporaryFolder::make();
  if (!folder) {
    return folder.error();
  }
  const std::string path = folder->path() + "/spec.yaml";
  if (const Result<void> written = write_scratch_file(path, spec); !written) {
    return written.error();
  }
  StageClock clock;
  const auto host = read_host(path, Depth::kPrivileges, clock);
  if (!host) {
    return host.error();
  }
  if ((*host)->diagnostics.all().empty()) {
    return spec;
  }
  spec += "\n# What `bulkhead check` says until the questions are answered:\n";
  for (const Diagnostic& diagnostic : (*host)->diagnostics.sorted()) {
    const std::string where = diagnostic.span.is_known() ? fmt::format("line {}: ", diagnostic.span.line) : "";
    spec += fmt::format("#   {}{} [{}]\n", where, printable(diagnostic.message), info(diagnostic.id).id);
  }
  return spec;
}

}  // namespace

Result<ExitCode> run_import(const Invocation& invocation, Console& console) {
  if (invocation.arguments.size() > kMaxFiles) {
    return Error(fmt::format("more than {} files in one run", kMaxFiles));
  }
  xl::SpecOptions options{invocation.value("xen"), {}};
  if (!options.xen.empty() && !abi::XenVersion::parse(options.xen)) {
    console.fail(Error(fmt::format("{} is no release of Xen, such as 4.17", quoted(options.xen))));
    return ExitCode::kUsage;
  }
  Reading reading;
  for (const std::string& path : invocation.arguments) {
    if (const Result<void> read = read_one(path, reading); !read) {
      return read.error();
    }
    options.files.push_back(std::filesystem::path(path).filename().string());
  }
  std::string spec;
  if (!reading.diagnostics.has_errors()) {
    spec = xl::write_spec(reading.guests, options, reading.diagnostics);
  }
  console.complain(render_text(reading.diagnostics, reading.sources, console.color()));
  if (reading.diagnostics.has_errors()) {
    return ExitCode::kRejected;
  }
  Result<std::string> whole = with_findings(std::move(spec));
  if (!whole) {
    return whole.error();
  }
  console.print(*whole);
  return ExitCode::kDone;
}

}  // namespace bulkhead::driver
