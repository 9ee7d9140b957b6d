# What the Windows Package Manager is told of a release: its packages' addresses and digests. Run by `make winget` for
# packages that `make msi` or `make signed` has made, for both processors or for ARCH; ADDRESS is the folder of a web
# server that will have them.

ARCH ?= x86_64 aarch64
ifndef ADDRESS
$(error say where the packages will lie: make winget ADDRESS=https://example.org/needletail/0.1.0)
endif
short_x86_64 := x64
short_aarch64 := arm64
WINDOWS_INSTALLER ?= .build-tools/debug/windows-installer
OUTPUT ?= build/installer/winget
VERSION = $(shell sed -n 's/^DriverVer = .*,\(.*\)\.0$$/\1/p' Driver/Kernel/needletail.inf)

.PHONY: winget
winget:
	@packages=; for processor in $(foreach a,$(ARCH),$a=$(short_$a)); do \
	  package=$$($(MAKE) --no-print-directory -s -f Installer/package.mk ARCH=$${processor%=*} path) || exit; \
	  digest=$$(sha256sum "$$package") || exit; \
	  packages="$$packages $${processor#*=}=$(ADDRESS)/$${package##*/}=$${digest%% *}"; \
	done; \
	$(WINDOWS_INSTALLER) winget --product Installer/product.json --product-version $(VERSION) --output $(OUTPUT) $$packages
	@echo "winget $(OUTPUT)"
