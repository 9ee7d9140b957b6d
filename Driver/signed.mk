# The signed product, build/signed: what is signed, in the order in which one is part of the next.
#   needletail.sys    by itself: Windows asks for it when the kernel loads it
#   needletail.cat    the catalog of the INF and the driver
#   needletail.dll    carries those three, and where it may be emulated those of the other processors and their helpers,
#                     which are signed before
#   needletail.exe    carries them too
#   CustomActions.dll the package runs it
#   the package       has all of them; it is signed last
# Signed files are never changed afterwards. Run by `make signed`, for one processor, after what is signed has been made;
# Driver/Signing/sign.sh says who signs.

include Sources/Modules.mk
include Driver/natives.mk

ARCH ?= x86_64
SIGNED := build/signed/$(ARCH)
DRIVER := build/driver/$(ARCH)
SIGN := Driver/Signing/sign.sh
DRIVER_PACKAGE ?= .build-tools/debug/driver-package
PACKAGE := $(addprefix $(SIGNED)/needletail.,inf sys cat)
# The signer is asked before anything is made.
ifeq ($(strip $(NEEDLETAIL_SIGNER)$(wildcard build/signer)),)
$(error nobody signs: set NEEDLETAIL_SIGNER to a command that signs the file it is called with, or make test-authority; \
  what make driver, dll, exe and msi made is not signed)
endif

.PHONY: all native package
all: $(addprefix $(SIGNED)/needletail.,inf sys cat dll exe)
.DELETE_ON_ERROR:

# $(call signed,file,what it is made of): a copy is signed, and takes its place when that has succeeded.
define sign
	@mkdir -p $(SIGNED)/unsigned
	@cp $1 $(SIGNED)/unsigned/$(notdir $1)
	@$(SIGN) $(SIGNED)/unsigned/$(notdir $1)
	@mv $(SIGNED)/unsigned/$(notdir $1) $(SIGNED)/$(notdir $1)
endef
$(SIGNED)/needletail.inf: $(DRIVER)/needletail.inf
	@mkdir -p $(@D)
	@cp $< $@
$(SIGNED)/needletail.sys: $(DRIVER)/needletail.sys
	$(call sign,$<)
$(SIGNED)/needletail.cat: $(SIGNED)/needletail.inf $(SIGNED)/needletail.sys
	@mkdir -p $(SIGNED)/catalog
	@$(DRIVER_PACKAGE) catalog --output $(SIGNED)/catalog/needletail.cat --time \
	  $(shell date -u -d "$$(sed -n 's/^DriverVer = \(.*\),.*/\1/p' $(DRIVER)/needletail.inf)" +%s) $<
	$(call sign,$(SIGNED)/catalog/needletail.cat)
# What libraries for other processors carry of this one.
native: $(PACKAGE) $(SIGNED)/needletail-helper.dll
$(SIGNED)/needletail-helper.dll: build/helper/$(ARCH)/needletail-helper.dll
	$(call sign,$<)
NATIVES := $(natives_$(ARCH))
CARRIED := $(foreach n,$(NATIVES),$(foreach f,.inf .sys .cat -helper.dll,$(windows_$n)-needletail$f=build/signed/$n/needletail$f))
$(SIGNED)/needletail.dll: $(PACKAGE) build/library/$(ARCH)/needletail.dll
	@$(foreach n,$(NATIVES),$(MAKE) --no-print-directory -f Driver/signed.mk ARCH=$n native &&) true
	@$(MAKE) --no-print-directory -f Driver/library.mk ARCH=$(ARCH) IMAGE=$(SIGNED)/library PACKAGE="$(PACKAGE)" \
	  CARRIED="$(CARRIED)" $(SIGNED)/library/needletail.dll
	$(call sign,$(SIGNED)/library/needletail.dll)
$(SIGNED)/needletail.exe: $(PACKAGE) build/program/$(ARCH)/needletail.exe
	@$(MAKE) --no-print-directory -f Driver/program.mk ARCH=$(ARCH) IMAGE=$(SIGNED)/library PROGRAM_IMAGE=$(SIGNED)/program \
	  PACKAGE="$(PACKAGE)" $(SIGNED)/program/needletail.exe
	$(call sign,$(SIGNED)/program/needletail.exe)
$(SIGNED)/CustomActions.dll: build/installer/$(ARCH)/CustomActions.dll
	$(call sign,$<)
# The package is the one file whose name says whether it is signed.
package: all $(SIGNED)/CustomActions.dll
	@rm -rf $(SIGNED)/packages
	@$(MAKE) --no-print-directory -f Installer/package.mk ARCH=$(ARCH) DRIVER=$(SIGNED) LIBRARY=$(SIGNED) PROGRAM=$(SIGNED) \
	  ACTIONS=$(SIGNED)/CustomActions.dll \
	  UNSIGNED= PACKAGES=$(SIGNED)/packages
	@$(SIGN) $(SIGNED)/packages/*.msi
