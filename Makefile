# make run, make test, make release: each prepares what it needs by itself.
SWIFT ?= swift
PREFIX ?= /usr/local
# The second flag of the frontend takes half a millisecond off every start; the linker's keep one of functions that are
# the same, and leave out the table for unwinding, by which nothing here is unwound; what that was made of, a tenth of the
# program, is made empty (what starts C programs has a look at its first word, where zero says that there is none).
STATIC = -c release --product alpod --static-swift-stdlib -Xswiftc -static-executable \
	-Xswiftc -Xfrontend -Xswiftc -disable-concrete-type-metadata-mangled-name-accessors \
	-Xlinker --icf=safe -Xlinker --no-eh-frame-hdr --scratch-path .build-release

.PHONY: run setup setup-tests build test crash-test mutants sanitize fuzz payload-test check man reference release bench install clean

run: build
	.build/debug/alpod run plugins/rootless.lua --set user=admin --simulate --yes

setup:
	@scripts/setup build

setup-tests:
	@scripts/setup test

build: setup
	$(SWIFT) build --product alpod

# ALPOD_ALPINE_ROOT=DIR, an unpacked Alpine minirootfs, makes the live tests use apk itself.
test: setup-tests
	$(SWIFT) test

# alpod killed at every system call by which it changes something, where `make test` takes a sample.
# Two processors take most of an hour for it; with TMPDIR=/dev/shm, where nothing waits for a disk, 40 minutes.
crash-test: setup-tests
	ALPOD_CRASH_ALL=1 $(SWIFT) test --filter CrashTests

# Every alpod that lacks one of its syncs, or the journal, has to be found out by the power cuts. MUTANTS="journal-end" takes
# some of Tests/mutants; all take two processors a quarter of an hour, with TMPDIR=/dev/shm.
mutants: setup-tests
	@scripts/mutants $(MUTANTS)

# The script process under AddressSanitizer and UndefinedBehaviorSanitizer.
sanitize: setup-tests
	@scripts/sanitize

# Has a fuzzer at every parser of what others have written, SECONDS for each; PARSERS="frame world" takes some.
fuzz: setup
	SECONDS_EACH=$(or $(SECONDS),60) scripts/fuzz $(PARSERS)

# Everything of Tests/Payloads against the program that is released, in dist.
payload-test: setup-tests
	ALPOD_STATIC=$(CURDIR)/dist/alpod $(SWIFT) test --filter PayloadProgramTests

# The format of Swift files, the syntax of Lua and shell, and what the data files say.
check: setup-tests
	@scripts/check

# The manual page, from the help texts of the program and docs/man. It stands in the repository.
man: build
	scripts/man .build/debug/alpod >docs/alpod.8.new
	mv docs/alpod.8.new docs/alpod.8

# docs/reference, from the description of the calls. It stands in the repository.
reference: setup
	$(SWIFT) run --quiet reference-writer docs/reference

release: setup
	$(SWIFT) build $(STATIC)
	mkdir -p dist
	head -c 8 /dev/zero >.build-release/no-frames
	objcopy -S -R .comment -R .note.stapsdt -R .note.gnu.gold-version \
		--update-section .eh_frame=.build-release/no-frames .build-release/release/alpod dist/alpod
	cd dist && sha256sum alpod >alpod.sha256
	@scripts/check-release dist/alpod

bench: release setup-tests
	bench/run dist/alpod

install:
	install -Dm755 dist/alpod $(DESTDIR)$(PREFIX)/bin/alpod
	install -Dm644 docs/alpod.8 $(DESTDIR)$(PREFIX)/share/man/man8/alpod.8

clean:
	rm -rf .build .build-release .build-sanitize .build-fuzz .build-coverage dist
