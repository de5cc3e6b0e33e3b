#include "support/harvest_fixture.hpp"
