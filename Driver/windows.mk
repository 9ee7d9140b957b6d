# What compiling for Windows takes, for each processor: the layout of data, what import libraries and the linker call it,
# and how compiled Swift becomes a Windows object. Included by Driver/driver.mk and Driver/library.mk.

CLANG := $(or $(wildcard $(TOOLS)clang),clang)
MINGW := /usr/share/mingw-w64/include

layout_x86_64 := e-m:w-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128
layout_aarch64 := e-m:w-p270:32:32-p271:32:32-p272:64:64-p:64:64-i32:32-i64:64-i128:128-n32:64-S128-Fn32
layout_i686 := e-m:x-p:32:32-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:32-n8:16:32:64-a:0:32-S32
machine_x86_64 := i386:x86-64
machine_aarch64 := arm64
machine_i686 := i386 -k
link_x86_64 := /highentropyva
link_aarch64 := /highentropyva
link_i686 := /safeseh:no
# x86 unwinds along frame pointers; tables would only be data.
tables_i686 := no

include Driver/natives.mk

TARGET := $(ARCH)-w64-windows-gnu
MACHINE := $(machine_$(ARCH))
LAYOUT := $(layout_$(ARCH))
# What Swift's compiler made, as Windows' objects need it.
RETARGET := sed -E -e 's/^target triple = .*/target triple = "$(TARGET)"/' \
  -e 's/^target datalayout = .*/target datalayout = "$(LAYOUT)"/' \
  -f Driver/retarget.sed $(if $(tables_$(ARCH)),-e '/^attributes/s/ uwtable / /')
