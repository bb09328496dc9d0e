#include "CScript.h"
