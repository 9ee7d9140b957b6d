# The Windows Installer packages: tables by windows-installer, the cabinet by gcab, both put together by msibuild. Run by
# `make msi`, for both processors that there are packages for or for ARCH. Packages for tests bring other files along.

ARCH ?= x86_64 aarch64
ifneq ($(words $(ARCH)),1)
.PHONY: all $(ARCH)
all: $(ARCH)
$(ARCH):
	@$(MAKE) --no-print-directory -f Installer/package.mk ARCH=$@
else

short_x86_64 := x64
short_aarch64 := arm64
OUTPUT := build/installer/$(ARCH)
PRODUCT ?= Installer/product.json
# Where files of the product lie, by the first word of their sources.
DRIVER ?= build/driver/$(ARCH)
LIBRARY ?= build/library/$(ARCH)
PROGRAM ?= build/program/$(ARCH)
# What Windows Installer runs.
ACTIONS ?= $(OUTPUT)/CustomActions.dll
# The one version of the product and its date: those of the driver's INF, which are held to the project's.
INF := $(DRIVER)/needletail.inf
DRIVER_VERSION = $(shell sed -n 's/^DriverVer = //p' $(INF))
comma := ,
VERSION ?= $(lastword $(subst $(comma), ,$(DRIVER_VERSION)))
TIME = $(shell date -u -d "$(firstword $(subst $(comma), ,$(DRIVER_VERSION)))" +%s)
WINDOWS_INSTALLER ?= .build-tools/debug/windows-installer
# A package that a signer will sign says so by its name: the signer's caller empties this.
UNSIGNED ?= --unsigned
OPTIONS = --product $(PRODUCT) --architecture $(short_$(ARCH)) --product-version $(VERSION) $(UNSIGNED)
# Where the package goes, and what it is called.
PACKAGES ?= build/installer
WORK = $(OUTPUT)/$(notdir $(PACKAGES))
PACKAGE = $(PACKAGES)/$(shell $(WINDOWS_INSTALLER) name $(OPTIONS))

.PHONY: all path always
all: $(OUTPUT)/$(notdir $(PACKAGES)).packaged
path:
	@echo $(abspath $(PACKAGE))

# $(call put_together,folder,package): tables and cabinet in a folder, and the package. Whatever has a time has the INF's,
# and names come in the order of the tables.
define put_together
	@rm -rf $1 && mkdir -p $1 $(dir $2)
	@$(WINDOWS_INSTALLER) tables $(OPTIONS) --time $(TIME) --folder root=. --folder driver=$(DRIVER) \
	  --folder library=$(LIBRARY) --folder program=$(PROGRAM) --actions $(ACTIONS) --output $1
	@cd $1/cabinet && touch -d @$(TIME) * && TZ=UTC gcab -n -z -c ../product.cab $$(cat ../files)
	@cd $1 && rm -f package.msi && msibuild package.msi $$(ls *.idt | LC_ALL=C sort | sed 's/^/-i /') -a product.cab product.cab
	@cp $1/package.msi $2
endef

# Put together twice, it is the same to the byte.
$(OUTPUT)/$(notdir $(PACKAGES)).packaged: always
	$(call put_together,$(WORK)/once,$(PACKAGE))
	$(call put_together,$(WORK)/again,$(WORK)/again/again.msi)
	@cmp $(PACKAGE) $(WORK)/again/again.msi
	@$(WINDOWS_INSTALLER) policies --schema Installer/Policy/policies.json --output $(PACKAGES)/policy
	@echo "installer $(ARCH) $(notdir $(PACKAGE)), $$(stat -c %s $(PACKAGE)) bytes"
endif
