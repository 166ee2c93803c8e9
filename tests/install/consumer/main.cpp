// A user's program. It grows with the library: a policy or a property of the user's own goes here.
#include <holdfast/model/ids.h>
#include <cstdio>

int main() {
  holdfast::IndexSet pods;
  pods.insert(3);
  if (!pods.contains(3)) return 1;
  std::puts("holdfast found");
  return 0;
}
