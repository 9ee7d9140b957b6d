# Builds of needletail.sys with a race planted in one file of the glue: FILE.c-NAME.sed in Seeds/Planted says how.
# The seeds must find each.
#   make -f Tests/NTEmulation/Seeds/planted.mk        builds them
#   make -f Tests/NTEmulation/Seeds/planted.mk check  and looks for each with so many SEEDS at most

ARCH := x86_64
default: planted
include Driver/driver.mk

PLANTED := $(patsubst Tests/NTEmulation/Seeds/Planted/%.sed,%,$(wildcard Tests/NTEmulation/Seeds/Planted/*.sed))
SEEDS ?= 400

.PHONY: default planted check
planted: $(PLANTED:%=build/planted/%.sys)

define planted_image
build/planted/$1.c: Driver/Kernel/Glue/$(firstword $(subst -, ,$1)) Tests/NTEmulation/Seeds/Planted/$1.sed
	@mkdir -p $$(@D)
	@sed -f Tests/NTEmulation/Seeds/Planted/$1.sed $$< > $$@
	@! cmp -s $$< $$@ || { echo "$1 changes nothing"; rm $$@; exit 1; }
build/planted/$1.obj: build/planted/$1.c $(GLUE_HEADERS)
	@$(CLANG) $(GLUE_FLAGS) -I Driver/Kernel/Glue -c -o $$@ $$<
build/planted/$1.sys: build/planted/$1.obj $(OBJECTS) $(GLUE) $(IMPORTS)
	@$(LINK) /out:$$@ $$< $(filter-out %/$(patsubst %.c,%,$(firstword $(subst -, ,$1))).obj,$(OBJECTS) $(GLUE)) $(IMPORTS)
endef
$(foreach race,$(PLANTED),$(eval $(call planted_image,$(race))))

check: planted
	@for race in $(PLANTED); do \
	  found=$$(build/nt-emulation/nt-seeds build/nt-emulation build/planted/$$race.sys 1 $(SEEDS) find | grep FAILED) \
	    || { echo "planted $$race: not found in $(SEEDS) seeds"; exit 1; }; \
	  echo "planted $$race: $$found"; done
