#include "CShipped.h"
