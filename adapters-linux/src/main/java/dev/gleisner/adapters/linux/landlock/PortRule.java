package dev.gleisner.adapters.linux.landlock;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One {@code LANDLOCK_RULE_NET_PORT}.
 *
 * @param port 0 to 65535, in the order of the host's bytes
 * @param access {@code allowed_access}
 */
public record PortRule(long port, long access) {
    public PortRule {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("a port is 0 to 65535, not " + port);
        }
    }

    /** {@code struct landlock_net_port_attr}. */
    public byte[] attr() {
        return ByteBuffer.allocate(LandlockUapi.NET_PORT_SIZE)
                .order(ByteOrder.nativeOrder())
                .putLong(access)
                .putLong(port)
                .array();
    }
}
