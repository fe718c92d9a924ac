# Viseme: `make run` transcribes the sample meeting, `make test` runs all tests.

SWIFT ?= swift
PREFIX ?= /usr/local
SAMPLE ?= samples/meeting.mp4
OUTPUT ?= transcripts
PYTHON ?= python3

VISEME := .build/release/viseme
# With the Swift runtime inside, the program starts sooner and runs where there is no toolchain.
# The runtime's debugging information is more than valgrind can read; gold would warn of a function
# that the runtime calls.
# Libraries are looked for where the system has them, not beside the program.
# Packed, the 84,000 addresses to be set at a start are read and set in half the instructions; glibc 2.36 and newer
# know the form.
RELEASE := $(SWIFT) build -c release --static-swift-stdlib --disable-local-rpath -Xswiftc -use-ld=lld \
  -Xlinker --strip-debug -Xlinker -z -Xlinker pack-relative-relocs --product viseme
NAME := $(basename $(notdir $(SAMPLE)))
# Undeclared imports of a target are errors.
CHECKED := --explicit-target-dependency-import-check error
SOURCES := Sources Tests Benchmarks Examples Package.swift Fuzz/Sources Fuzz/Package.swift
FUZZ_SECONDS ?= 60
# What touches C, memory or threads; the other suites are plain values.
SANITIZED := SupportTests|NNTests|DemuxTests|AudioEncoderTests|SpeakersTests|FusionTests|DecodingTests|ModelStoreTests|PipelineTests|^BatchTests
# Reads lips of half a minute, which takes minutes under a sanitizer; other tests run the same code.
UNSANITIZED := facesGatesAndTheOffsetComeBack

.PHONY: help run build test test-isa models lint format house sanitize sanitize-address sanitize-thread fuzz \
  instructions benchmark-tests sample install uninstall clean examples consumer deb tarball release arm64 \
  headers reading service

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## Install what is missing, build, and transcribe the sample meeting
	@echo "run: fetching the models (once)"
	@$(VISEME) models install
	@echo "run: transcribing $(SAMPLE)"
	@mkdir -p $(OUTPUT)
	@$(VISEME) transcribe $(SAMPLE) --output-dir $(OUTPUT) \
	  --format srt,vtt,json,txt --force
	@echo
	@cat $(OUTPUT)/$(NAME).txt
	@echo
	@echo "Subtitles:  $(OUTPUT)/$(NAME).srt"
	@echo "            $(OUTPUT)/$(NAME).vtt"
	@echo "Transcript: $(OUTPUT)/$(NAME).txt"
	@echo "            $(OUTPUT)/$(NAME).json (words, times, confidences)"

build: ## Build the release
	@scripts/setup.sh
	@echo "build: $(RELEASE)"
	@$(RELEASE)
	@! readelf -d $(VISEME) | grep -E 'RUNPATH|RPATH' | grep -F '$$ORIGIN'

test: models ## Build and run all tests
	@echo "test: swift test"
	@$(PYTHON) scripts/skipped.py $(SWIFT) test --disable-xctest $(CHECKED)

test-isa: models ## Test the kernels with every instruction set of this machine
	@for isa in baseline avx2 avx512; do echo "test-isa: $$isa"; VISEME_ISA=$$isa \
	  $(SWIFT) test --disable-xctest --skip-build --filter NNTests || exit 1; done

# Debug, which the tests build anyway; the numeric modules are optimised in it too.
models: ## Build for testing and install the models
	@scripts/setup.sh tests
	@echo "models: swift build --build-tests"
	@$(SWIFT) build --build-tests $(CHECKED)
	@echo "models: fetching the models (once)"
	@.build/debug/viseme models install

lint: ## Check the format and the house rules
	@echo "lint: swift format lint --strict"
	@$(SWIFT) format lint --strict --parallel --recursive $(SOURCES)
	@$(MAKE) --no-print-directory house

house:
	@echo "lint: scripts/house.py"
	@$(PYTHON) scripts/house.py
	@echo "lint: scripts/modules.py"
	@$(PYTHON) scripts/modules.py
	@echo "lint: scripts/code_map.py"
	@$(PYTHON) scripts/code_map.py
	@echo "lint: scripts/documents.py"
	@$(PYTHON) scripts/documents.py

format: ## Format all Swift sources in place
	@$(SWIFT) format --in-place --parallel --recursive $(SOURCES)

sanitize: sanitize-address sanitize-thread ## Test under the address, leak and thread sanitizers

# XCTest itself leaks, so only Swift Testing runs here.
sanitize-address: models
	@echo "sanitize: address and leaks"
	@LSAN_OPTIONS=suppressions=scripts/lsan.supp $(SWIFT) test --disable-xctest --sanitize=address --build-path .build/asan --filter '$(SANITIZED)' --skip '$(UNSANITIZED)'

sanitize-thread: models
	@echo "sanitize: threads"
	@TSAN_OPTIONS=suppressions=scripts/tsan.supp $(SWIFT) test --disable-xctest --sanitize=thread --build-path .build/tsan --filter '$(SANITIZED)' --skip '$(UNSANITIZED)'

# The main function is libFuzzer's, so the program is linked here. New inputs stay in the corpus.
fuzz: ## Fuzz each reader of foreign files for a minute (FUZZ_SECONDS=60)
	@echo "fuzz: building"
	@$(SWIFT) build --package-path Fuzz
	@$(SWIFT)c -sanitize=fuzzer,address -use-ld=lld -o Fuzz/.build/fuzz $$(find Fuzz/.build/debug/ -name '*.o')
	@$(PYTHON) Fuzz/seeds.py Fuzz/.build/corpus
	@for folder in Fuzz/.build/corpus/*; do echo "fuzz: $${folder##*/}"; \
	  VISEME_FUZZ=$${folder##*/} Fuzz/.build/fuzz -max_total_time=$(FUZZ_SECONDS) -timeout=20 -rss_limit_mb=2048 \
	  -max_len=65536 -print_final_stats=1 -artifact_prefix=Fuzz/.build/ $$folder > Fuzz/.build/fuzz.log 2>&1 \
	  || { tail -n 40 Fuzz/.build/fuzz.log; exit 1; }; grep -E 'stat::number_of_executed' Fuzz/.build/fuzz.log; done

instructions: build ## Count the instructions of a short job and compare them with the record
	@scripts/setup.sh instructions
	@$(VISEME) models install
	@echo "instructions: about a minute under valgrind"
	@$(PYTHON) Benchmarks/instructions.py

benchmark-tests: ## Test the scripts of benchmarks and training
	@$(PYTHON) -m unittest discover -s Benchmarks/tests -t Benchmarks
	@$(PYTHON) -m unittest discover -s Training/tests -t Training

sample: ## Make the sample meeting again (needs numpy, Pillow and an ffmpeg with flite)
	@$(PYTHON) samples/make_meeting.py

examples: ## Build the examples as a user's package does, from the start
	@echo "examples: swift build --package-path Examples"
	@$(SWIFT) build --package-path Examples

service: ## Build the example of an HTTP service (swift-nio, from the network) and check it
	@echo "service: swift build --package-path Examples/Service"
	@$(SWIFT) build --package-path Examples/Service
	@$(PYTHON) Examples/Service/check.py

consumer: models ## Check that other packages can use the library, and run an example
	@scripts/consumer.sh

arm64: ## Test the kernels on arm64, under emulation
	@scripts/arm64.sh

headers: ## Compile against FFmpeg's headers of other distributions
	@scripts/ffmpeg_headers.sh

reading: ## Measure how the documents read
	@$(PYTHON) scripts/reading.py

# sudo's PATH seldom has the toolchain, and what root builds the user cannot build again: with sudo, what was built
# before is installed.
install: $(if $(SUDO_USER),,build) ## Install viseme, manual and completions under PREFIX (default /usr/local)
	@scripts/install.sh $(VISEME) '$(DESTDIR)$(PREFIX)'

uninstall: ## Remove what install put there
	@scripts/install.sh --remove '$(DESTDIR)$(PREFIX)'

deb: build ## Make a Debian package in .build/dist
	@scripts/deb.sh $(VISEME)

tarball: build ## Make an archive with the program, manual and completions in .build/dist
	@scripts/tarball.sh $(VISEME)

release: ## Check, build, tag and pack the version that CHANGELOG.md begins with
	@scripts/release.sh

clean: ## Remove everything built (installed models stay)
	rm -rf .build Fuzz/.build Examples/.build Examples/Service/.build $(OUTPUT)
