# Makes the compiler's intermediate code for x86_64-unknown-none-elf that of a Windows object: the triple and its data
# layout, unwind tables on every function, no autolink entries, and every weak copy of the Swift runtime private to its
# module, so that no link order decides which one is used.
s|^target triple = .*|target triple = "x86_64-w64-windows-gnu"|
s|^target datalayout = .*|target datalayout = "e-m:w-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"|
/^attributes #[0-9]* = .*"frame-pointer"/s/ "frame-pointer"/ uwtable "frame-pointer"/
/^@_swift1_autolink_entries = /d
/^@llvm.used = /s/\[2 x ptr\] \[ptr @_swift1_autolink_entries, /[1 x ptr] [/
/^@llvm.used = .*\[1 x ptr\] \[ptr @_swift1_autolink_entries\]/d
s/!"wchar_size", i32 4/!"wchar_size", i32 2/
s/^define (weak_odr|weak|linkonce_odr|linkonce) (hidden |protected )?/define internal /
s/^(@[^=]*=) (weak_odr|weak|linkonce_odr|linkonce) (hidden |protected )?/\1 internal /
