// For a source of Linux that is compiled for Windows: addresses as text, in ws2_32. The line reader is the program's.
#pragma once
#define WIN32_NO_STATUS
#include <winsock2.h>

#include <windows.h>

#include <ws2tcpip.h>
#undef interface

#include <stdio.h>

ssize_t getline(char **line, size_t *room, FILE *in);
