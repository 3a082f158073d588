package io.holdfast.devstack;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** Free ports on loopback. One JVM never hands the same one out twice. */
final class Ports {
    private static final Set<Integer> GIVEN = new HashSet<>();

    private Ports() {}

    /** Below those that systems give to clients: between this and a server's start one of many connections would take it. */
    static synchronized int free() throws IOException {
        for (int attempt = 0; attempt < 100; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
            if (isFree(port) && GIVEN.add(port)) {
                return port;
            }
        }
        throw new IOException("no port from 20000 to 31999 is free on this machine");
    }

    static synchronized boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true); // a port in TIME_WAIT is free for a server
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** A usual port, or a free one if it is taken. */
    static int usual(int port) throws IOException {
        return isFree(port) ? port : free();
    }

    static int require(String name, int port) throws IOException {
        if (!isFree(port)) {
            throw new IOException(
                    "port " + port + " for " + name + " is in use; stop what listens there or choose another");
        }
        return port;
    }
}
