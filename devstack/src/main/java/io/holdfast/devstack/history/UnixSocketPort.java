package io.holdfast.devstack.history;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** A port of the loopback address, through which a server without network is reached. To be closed. */
public final class UnixSocketPort implements AutoCloseable {
    private final ServerSocket port;
    private final Path socket;

    /** @param socket such as {@code /directory/.s.PGSQL.5432} */
    public UnixSocketPort(Path socket) {
        this.socket = socket;
        try {
            this.port = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    public int port() {
        return port.getLocalPort();
    }

    private void accept() {
        while (!port.isClosed()) {
            try {
                Socket client = port.accept();
                SocketChannel server = SocketChannel.open(StandardProtocolFamily.UNIX);
                server.connect(UnixDomainSocketAddress.of(socket));
                Thread.ofVirtual().start(() -> copy(client, server, true));
                Thread.ofVirtual().start(() -> copy(client, server, false));
            } catch (IOException e) {
                return;
            }
        }
    }

    private static void copy(Socket client, SocketChannel server, boolean there) {
        try (client;
                server) {
            InputStream in = there ? client.getInputStream() : Channels.newInputStream(server);
            OutputStream out = there ? Channels.newOutputStream(server) : client.getOutputStream();
            in.transferTo(out);
        } catch (IOException e) {
            // one side has ended
        }
    }

    @Override
    public void close() {
        try {
            port.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
