#ifndef KUBELOG_CYAML_SHIM_H
#define KUBELOG_CYAML_SHIM_H

#include <yaml.h>

#endif
