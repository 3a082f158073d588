package io.holdfast.devstack.rds;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The server of a copy, without TLS: a copy has the databases of its source under their names, so every session is sent to the
 * one database that has the copy's state. To be closed.
 */
final class RdsEndpoint implements AutoCloseable {
    private static final int SSL_REQUEST = 80877103;
    private static final int GSS_REQUEST = 80877104;
    private static final int CANCEL_REQUEST = 80877102;

    private final ServerSocket port;
    private final Supplier<URI> database;

    /** @param database asked at each session */
    RdsEndpoint(Supplier<URI> database) {
        this.database = database;
        try {
            this.port = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return port.getLocalPort();
    }

    private void accept() {
        while (!port.isClosed()) {
            try {
                Socket client = port.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        URI state = database.get();
        try (client;
                Socket server = new Socket(state.getHost(), state.getPort())) {
            begin(client, server, state.getPath().substring(1));
            Thread back = Thread.ofVirtual().start(() -> copy(server, client));
            copy(client, server);
            back.join();
        } catch (IOException e) {
            // one side has ended
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void begin(Socket client, Socket server, String database) throws IOException {
        DataInputStream in = new DataInputStream(client.getInputStream());
        while (true) {
            byte[] body = in.readNBytes(in.readInt() - 4);
            int code = new DataInputStream(new ByteArrayInputStream(body)).readInt();
            if (code == SSL_REQUEST || code == GSS_REQUEST) {
                client.getOutputStream().write('N');
                continue;
            }
            send(server, code == CANCEL_REQUEST ? body : redirected(body, database));
            return;
        }
    }

    /** Protocol, then names and values with a zero after each, and one more. */
    private static byte[] redirected(byte[] startup, String database) {
        List<String> words = new ArrayList<>(
                List.of(new String(startup, 4, startup.length - 4, StandardCharsets.UTF_8).split("\0", -1)));
        for (int i = 0; i + 1 < words.size(); i += 2) {
            if (words.get(i).equals("database")) {
                words.set(i + 1, database);
            }
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(startup, 0, 4);
        out.writeBytes(String.join("\0", words).getBytes(StandardCharsets.UTF_8));
        return out.toByteArray();
    }

    private static void send(Socket server, byte[] body) throws IOException {
        DataOutputStream out = new DataOutputStream(server.getOutputStream());
        out.writeInt(body.length + 4);
        out.write(body);
        out.flush();
    }

    private static void copy(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            in.transferTo(out);
            to.shutdownOutput();
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
