# needletail.sys with another timer: the passive keepalive comes 100 ns later than it should, which transcripts must notice.
#   make -f Tests/Transcript/changed.mk     build/driver-changed/needletail.sys; after `make driver`

ARCH := x86_64
include Driver/driver.mk

CHANGED := build/driver-changed
# The compiler puts parts of the core's modules into those above them.
REPLACED := $(CHANGED)/Tunnel.obj $(CHANGED)/DriverShell.obj
.DEFAULT_GOAL := $(CHANGED)/needletail.sys

$(CHANGED)/%.obj: $(OUTPUT)/%.obj Tests/Transcript/changed.mk
	@mkdir -p $(@D)
	@sed -E 's/\b10000000000\b/10000000100/g' $(OUTPUT)/$*.windows.ll > $(CHANGED)/$*.ll
	@! cmp -s $(OUTPUT)/$*.windows.ll $(CHANGED)/$*.ll || { echo 'changed: not in place' >&2; exit 1; }
	@$(CLANG) -target $(TARGET) -O2 -ffunction-sections -fdata-sections -Wno-override-module -c -o $@ $(CHANGED)/$*.ll

$(CHANGED)/needletail.sys: $(REPLACED) $(OBJECTS) $(GLUE) $(IMPORTS)
	@$(LINK) /out:$@ $(REPLACED) $(filter-out %/Tunnel.obj %/DriverShell.obj,$(OBJECTS)) $(GLUE) $(IMPORTS)
