// Interfaces have no names here.
#pragma once
#define IF_NAMESIZE 16
#define if_indextoname(index, name) ((void)(index), (void)(name), (char *)NULL)
