// What is done with a sample, in a process of its own.
#pragma once

#include <stdbool.h>

/// Starts the kernel, then loads IMAGES/samples/DRIVER.sys, uses whatever it offers, and unloads it. False when
/// anything is left.
bool use_driver(const char *images, const char *driver);
