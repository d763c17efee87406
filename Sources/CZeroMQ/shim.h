#include <zmq.h>
// What waits beside the sockets (Wakeup); Swift's Glibc module leaves it out.
#include <sys/eventfd.h>
