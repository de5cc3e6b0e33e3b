// Gives a fuzz target, without libFuzzer, all files of some folders, each as it is, cut off at many places, and with
// bytes changed in ways that are the same in each run. A process that ends with 0 has survived them all.
// usage: replay_TARGET FOLDER...

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <vector>

extern "C" int LLVMFuzzerInitialize(int* count, char*** values);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::size_t kCuts = 256, kChanges = 256;

long run(const Bytes& bytes) {
  LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
  return 1;
}

Bytes changed(Bytes bytes, std::mt19937& random) {
  const auto below = [&](std::size_t end) { return std::uniform_int_distribution<std::size_t>(0, end - 1)(random); };
  for (std::size_t n = 1 + below(4); n > 0; --n) bytes[below(bytes.size())] = static_cast<std::uint8_t>(below(256));
  return bytes;
}

long run_around(const Bytes& bytes) {
  if (bytes.empty()) return run(bytes);
  auto inputs = run(bytes);
  for (std::size_t n = 0; n < kCuts; ++n)
    inputs += run({bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(bytes.size() * n / kCuts)});
  std::mt19937 random(static_cast<unsigned>(bytes.size()));
  for (std::size_t n = 0; n < kChanges; ++n) inputs += run(changed(bytes, random));
  return inputs;
}

}  // namespace

int main(int count, char** values) {
  LLVMFuzzerInitialize(&count, &values);
  long inputs = 0;
  for (int n = 1; n < count; ++n) {
    if (!std::filesystem::is_directory(values[n])) continue;  // a target without regressions so far
    for (const auto& entry : std::filesystem::directory_iterator(values[n])) {
      std::ifstream file(entry.path(), std::ios::binary);
      inputs += run_around({std::istreambuf_iterator<char>(file), {}});
    }
  }
  std::printf("%ld inputs\n", inputs);
  return inputs > 0 ? 0 : 1;
}
