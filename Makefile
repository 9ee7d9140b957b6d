# make demo    the one-minute story: a tunnel between two namespaces, with a stock wg
# make test    everything, in its fast tier; make test-long: the same with the full numbers
# make help    the rest

RELEASE := -c release --static-swift-stdlib -Xswiftc -cross-module-optimization
SCRATCH := .build
# What makes the driver's and the installer's packages has a build folder of its own: nobody waits for it who only runs tests.
TOOLS := --scratch-path .build-tools
DAEMON := $(SCRATCH)/release/needletaild
ROUNDS ?= 5
FUZZ_SECONDS ?= 60

.PHONY: help release demo demo-driver test test-long worlds mutants lint format command-pages docs deb fuzz embedded driver dll exe msi \
  msi-path winget emulation wine dll-test exe-test channel-test msi-test signed test-authority bench bench-driver dependencies clean

help:
	@echo 'make release       build needletaild, optimised: $(DAEMON)'
	@echo 'make demo          show it: two namespaces, handshake, ping, TCP (needs root)'
	@echo 'make demo-driver   the Windows driver as a VPN driver: files to three other implementations (needs root)'
	@echo 'make test          the fast tier of the tests (needs root)'
	@echo 'make test-long     all tests with the full numbers (needs root)'
	@echo 'make worlds        play thousands of simulated worlds; make mutants: break the core and have them find it'
	@echo 'make fuzz          libFuzzer over every boundary for FUZZ_SECONDS=$(FUZZ_SECONDS)'
	@echo 'make lint          formatting and house rules; make format corrects formatting'
	@echo 'make command-pages needletail'"'"'s manual pages and completions for bash, zsh and fish: build/command'
	@echo 'make deb           the Debian package, and its tree as a tar for update channels: build/debian'
	@echo 'make docs          the documentation of every library module, for a browser: build/docs'
	@echo 'make embedded      the core as Embedded Swift for the kernel, two processors'
	@echo 'make driver        needletail.sys, the Windows driver, cross-compiled for ARCH (all three): build/driver'
	@echo 'make dll           needletail.dll, the adapter library for Windows, for ARCH (all three): build/library'
	@echo 'make exe           needletail.exe, the program for Windows, for ARCH (all three): build/program'
	@echo 'make msi           the Windows Installer packages, for ARCH (x64 and arm64); make -s msi-path ARCH=x64 says where'
	@echo 'make winget        the Windows Package Manager'"'"'s manifest of packages that were made, which ADDRESS will have'
	@echo 'make emulation     an NT kernel in a Linux process, for the driver'"'"'s tests: build/nt-emulation'
	@echo 'make wine          the driver in Wine: its plug and play, its I/O manager, the requests of the contract'
	@echo 'make dll-test      the library in Wine, on the driver'"'"'s image: every export'
	@echo 'make exe-test      the program in Wine, on the driver'"'"'s image: tunnels, the stock tool'"'"'s pipe'
	@echo 'make channel-test  the program in Wine, updated by a channel: to a newer driver, a broken one, and back'
	@echo 'make signed        what Windows loads, signed by NEEDLETAIL_SIGNER, for ARCH (x86_64): build/signed'
	@echo 'make test-authority  a signer for tests, which nobody trusts: build/authority'
	@echo 'make msi-test      the packages in Wine: installed, upgraded under an adapter, broken, repaired, removed'
	@echo 'make bench         every target, side by side with wireguard-go, into Docs (ROUNDS=$(ROUNDS); QUICK=1; needs root)'
	@echo 'make bench-driver  only what a packet costs through the driver'"'"'s image, in the emulated kernel'
	@echo 'make dependencies  install with apt what any of these needs'

release:
	@Tests/dependencies build
	swift build $(RELEASE) --product needletaild

command-pages:
	swift build --product needletail
	swift build --product generate-manual
	@Tests/CommandPages/generate.sh

docs:
	swift build
	@Tests/Reference/build.sh "$$(swift build --show-bin-path)" build/docs

# The programs with all that Debian does not have in them. REVISION=2 is another package of the same version, LEVEL=0 a
# larger one that is made faster.
deb:
	@Tests/dependencies build deb
	@for product in needletail needletaild generate-manual; do swift build $(RELEASE) --product $$product || exit; done
	@Tests/CommandPages/generate.sh $(SCRATCH)/release
	@Installer/Debian/build.sh $(SCRATCH)/release build/command build/debian $(or $(REVISION),1) $(LEVEL)

demo:
	@Tests/Demo/demo.sh --preflight
	@Tests/dependencies build demo
	swift build $(RELEASE) --product needletaild
	@DAEMON=$(DAEMON) Tests/Demo/demo.sh

demo-driver:
	@Tests/Demo/demo.sh --preflight
	@Tests/dependencies build demo test driver
	@$(MAKE) --no-print-directory driver emulation
	swift build $(RELEASE) --product needletaild
	@DAEMON=$(CURDIR)/$(DAEMON) Tests/Demo/driver.sh

test:
	@Tests/dependencies build deb demo test driver wine msi
	@Tests/run fast

test-long:
	@Tests/dependencies build deb demo test driver wine msi
	@Tests/run long

worlds:
	swift build $(RELEASE) --product simulate
	$(SCRATCH)/release/simulate

mutants:
	swift build $(RELEASE) --product mutants
	$(SCRATCH)/release/mutants

fuzz:
	Tests/Fuzz/run.sh $(FUZZ_SECONDS)

lint:
	swift format lint --strict --recursive --parallel $(wildcard Package.swift Sources Tests Driver Installer)
	swift test --filter TidyTests

format:
	swift format --in-place --recursive --parallel $(wildcard Package.swift Sources Tests Driver Installer)

embedded:
	@$(MAKE) --no-print-directory -f Tests/Embedded/embedded.mk -j$(shell nproc)

driver:
	@Tests/dependencies build driver
	@swift build $(TOOLS) --product driver-package
	@$(MAKE) --no-print-directory -f Driver/driver.mk -j$(shell nproc)

exe: dll
	@$(MAKE) --no-print-directory -f Driver/program.mk -j$(shell nproc)

# Where a processor's programs are emulated, its library carries the other's driver and a helper of the other's.
include Driver/natives.mk
DLL_ARCH = $(or $(ARCH),x86_64 aarch64 i686)
DLL_NATIVES = $(sort $(foreach a,$(DLL_ARCH),$(natives_$a)))
dll:
	@$(MAKE) --no-print-directory driver ARCH="$(sort $(DLL_ARCH) $(DLL_NATIVES))"
	@$(if $(DLL_NATIVES),$(MAKE) --no-print-directory -f Driver/helper.mk -j$(shell nproc) ARCH="$(DLL_NATIVES)" helper)
	@$(MAKE) --no-print-directory -f Driver/library.mk -j$(shell nproc) ARCH="$(DLL_ARCH)"

# Packages have Windows' names of processors, everything below them the compiler's. What packages run is compiled for x86
# as well.
MSI_ARCH = $(subst arm64,aarch64,$(subst x64,x86_64,$(ARCH)))
msi:
	@Tests/dependencies build driver msi
	@$(MAKE) --no-print-directory exe ARCH="$(or $(MSI_ARCH),x86_64 aarch64 i686)"
	@swift build $(TOOLS) --product windows-installer
	@$(MAKE) --no-print-directory -f Installer/actions.mk -j$(shell nproc) ARCH="$(or $(MSI_ARCH),x86_64 aarch64 i686)"
	@$(MAKE) --no-print-directory -f Installer/package.mk ARCH="$(or $(MSI_ARCH),x86_64 aarch64)"

msi-path:
	@$(MAKE) --no-print-directory -s -f Installer/package.mk ARCH="$(or $(MSI_ARCH),x86_64)" path

# Of signed packages as well: UNSIGNED= PACKAGES=…, as Driver/signed.mk has them.
winget:
	@swift build $(TOOLS) --product windows-installer
	@$(MAKE) --no-print-directory -f Installer/winget.mk ARCH="$(or $(MSI_ARCH),x86_64 aarch64)"

emulation:
	@Tests/dependencies build driver
	@$(MAKE) --no-print-directory -f Tests/NTEmulation/emulation.mk -j$(shell nproc)

# What runs the driver needs it for this processor only.
wine dll-test exe-test channel-test msi-test demo-driver bench bench-driver: export ARCH := x86_64

wine: driver
	@Tests/dependencies wine
	@Tests/NTEmulation/Wine/run.sh

# Who signs: Driver/Signing/sign.sh. Without anybody, everything is built all the same, and says that it is not signed.
signed: export ARCH := $(or $(ARCH),x86_64)
signed: exe
	@$(MAKE) --no-print-directory msi ARCH=$(subst aarch64,arm64,$(subst x86_64,x64,$(ARCH)))
	@$(MAKE) --no-print-directory -f Driver/signed.mk package

test-authority:
	@Driver/Signing/authority.sh build/authority

exe-test: exe
	@Tests/dependencies wine
	@Tests/NTEmulation/Wine/tunnels.sh

# The publisher is Linux' own command; it needs no web server.
channel-test: exe
	@Tests/dependencies wine
	@swift build $(TOOLS) --disable-default-traits --product needletail
	@Tests/NTEmulation/Wine/channel.sh .build-tools/debug/needletail

dll-test: dll
	@Tests/dependencies wine
	@Tests/NTEmulation/Wine/library.sh

msi-test: msi
	@Installer/Checks/winget.sh
	@Tests/dependencies wine
	@Tests/NTEmulation/Wine/installer.sh

# QUICK=1 is a look while working, in a few minutes and on paper only.
BENCH_PROGRAMS := needletaild benchmark-load benchmark-handshakes benchmark-cryptography benchmark-routing
ifdef QUICK
bench: BENCH_OPTIONS := --rounds 2 --scale 0.25 --peers 20000 --command 'make bench QUICK=1'
else
bench: BENCH_OPTIONS := --rounds $(ROUNDS) --command 'make bench ROUNDS=$(ROUNDS)' --write Docs
endif

bench: driver emulation
	@Tests/dependencies build demo bench
	@$(MAKE) --no-print-directory -f Tests/NTEmulation/Cost/cost.mk cost
	@for program in $(BENCH_PROGRAMS); do swift build $(RELEASE) --product $$program || exit; done
	@[ ! -d Tests/Benchmarks/BoringSSL ] || swift build -c release --package-path Tests/Benchmarks/BoringSSL \
	  --scratch-path $(SCRATCH)/boringssl || echo 'bench: goes on without BoringSSL'
	@python3 -B Tests/Benchmarks/Harness $(BENCH_OPTIONS) needletaild=$(DAEMON) wireguard-go=wireguard-go

bench-driver: driver emulation
	@$(MAKE) --no-print-directory -f Tests/NTEmulation/Cost/cost.mk cost
	@python3 -B Tests/Benchmarks/Harness/driver.py --write Docs

dependencies:
	@Tests/dependencies build deb demo test driver wine msi bench

clean:
	rm -rf .build .build-* build
