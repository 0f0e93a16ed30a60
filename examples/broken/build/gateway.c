#include <gateway/protocol.h>

int main(void)
{
    return gateway_serve();
}
