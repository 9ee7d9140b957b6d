# Builds of needletail.sys with a race planted in one file of the glue: FILE.c-NAME.sed says how. The seeds must find each.
#   make -f Tests/NTEmulation/planted.mk        builds them
#   make -f Tests/NTEmulation/planted.mk check  and looks for each with so many SEEDS at most

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
build/planted/$1.sys: build/planted/$1.obj $(MODULES:%=$(OUTPUT)/%.obj) $(GLUE) $(IMPORTS)
	@$(LINK) /out:$$@ $$< $(filter-out %/$(patsubst %.c,%,$(firstword $(subst -, ,$1))).obj,$(MODULES:%=$(OUTPUT)/%.obj) $(GLUE)) $(IMPORTS)
endef
$(foreach race,$(PLANTED),$(eval $(call planted_image,$(race))))
