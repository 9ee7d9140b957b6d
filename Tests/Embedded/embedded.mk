# The core as Embedded Swift without a heap, for both kernels' processors: what the Windows driver is made of.
# Run by `make embedded`. For each architecture every core module becomes a module and an object, a small client
# instantiates what is generic (Embedded Swift diagnoses generic bodies only where they are specialised), and the
# symbols all of it leaves undefined must be on the list that the driver's C side supplies.

include Sources/Modules.mk

ARCHITECTURES := x86_64 aarch64
OUTPUT := build/embedded
VECTOR := $(call targets,vector)

modules_x86_64 := $(VECTOR) $(CORE)
modules_aarch64 := $(CORE)
# Vector variants are compiled, but no other module finds them: in Embedded Swift their code could be inlined where the
# processor's vectors must not be used. The driver links their objects and calls them through C symbols.
place = $(if $(filter $(VECTOR),$1),vector/$1,$1)
$(foreach m,$(VECTOR),$(eval flags_$m := $(call vector_flags,$m)))

# A module that is no longer made must not be found.
STALE := $(filter-out $(CORE:%=\%/%.swiftmodule),$(wildcard $(OUTPUT)/*/*.swiftmodule))
$(if $(STALE),$(shell rm -f $(STALE)))

.PHONY: all always
all: $(ARCHITECTURES:%=$(OUTPUT)/%/checked)
.DELETE_ON_ERROR:
.SECONDARY:

C_MAP := $(OUTPUT)/include/module.modulemap
$(eval $(call c_map,$(C_MAP)))

# $(call core_module,architecture,module): module file and object of one core module in one compiler run. The list of
# files is a prerequisite too, so that a removed file rebuilds its module. The compiler leaves an object alone that
# would come out the same, so its date is set by hand.
define core_module
$(OUTPUT)/$1/$2.files: always
	@mkdir -p $$(@D)
	@find -L Sources/$2 -name '*.swift' | LC_ALL=C sort > $$@.tmp
	@cmp -s $$@.tmp $$@ && rm $$@.tmp || mv $$@.tmp $$@
$(OUTPUT)/$1/$2.o: $(OUTPUT)/$1/$2.files $(shell find -L Sources/$2 -name '*.swift') $(C_MAP) $(C_HEADERS) \
    $(foreach d,$(filter $(CORE),$(call imports,$2)),$(OUTPUT)/$1/$d.o)
	@echo "embedded $1 $2"
	@mkdir -p $(OUTPUT)/$1/vector
	@swiftc $(FLAGS) $(no_heap_$1) $(flags_$2) -target $(triple_$1) -I $(OUTPUT)/$1 -I $(OUTPUT)/include -module-name $2 \
	  -emit-module -emit-module-path $(OUTPUT)/$1/$(call place,$2).swiftmodule -c -o $$@ @$(OUTPUT)/$1/$2.files
	@touch $$@
endef
$(foreach a,$(ARCHITECTURES),$(foreach m,$(modules_$a),$(eval $(call core_module,$a,$m))))

CLIENT := $(filter-out %/Canary.swift,$(wildcard Tests/Embedded/*.swift))

# $(call finish,architecture): the client, the canary and the gate.
define finish
$(OUTPUT)/$1/Client.o: $(CLIENT) $(modules_$1:%=$(OUTPUT)/$1/%.o)
	@echo "embedded $1 Client"
	@swiftc $(FLAGS) $(no_heap_$1) -target $(triple_$1) -I $(OUTPUT)/$1 -I $(OUTPUT)/include -module-name Client \
	  -c -o $$@ $(CLIENT)
	@touch $$@

$(OUTPUT)/$1/Canary.o: Tests/Embedded/Canary.swift Tests/Embedded/embedded.mk
	@mkdir -p $$(@D)
	@swiftc $(FLAGS) -target $(triple_$1) -module-name Canary -c -o $$@ $$<
	@touch $$@

$(OUTPUT)/$1/checked: $(modules_$1:%=$(OUTPUT)/$1/%.o) $(OUTPUT)/$1/Client.o $(OUTPUT)/$1/Canary.o \
    Tests/Embedded/undefined Tests/Embedded/supplied-symbols
	@! NM=$(NM) Tests/Embedded/undefined $(OUTPUT)/$1/Canary.o > /dev/null || \
	  { echo "the gate let the canary's heap through"; exit 1; }
	@NM=$(NM) Tests/Embedded/undefined $$(filter-out %/Canary.o,$$(filter %.o,$$^))
	@echo "embedded $1: $(words $(modules_$1)) modules, nothing undefined but what the kernel side supplies"
	@touch $$@
endef
$(foreach a,$(ARCHITECTURES),$(eval $(call finish,$a)))
