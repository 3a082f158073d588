package io.holdfast.backup;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The only way to the S3 server, byte for byte; it can be closed, and it can spoil signatures on their way. */
public final class Gate implements AutoCloseable {
    enum State {
        OPEN,
        CLOSED,
        FORGING
    }

    private static final String SIGNATURE = "Signature=";

    private final URI behind;
    private final ServerSocket front;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile State state = State.OPEN;

    Gate(URI behind) {
        this.behind = behind;
        try {
            this.front = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + front.getLocalPort());
    }

    /** Existing connections end, so that the next request meets the new state. */
    void become(State next) {
        state = next;
        open.forEach(Gate::end);
        open.clear();
    }

    private void accept() {
        while (!front.isClosed()) {
            try {
                Socket client = front.accept();
                if (state == State.CLOSED) {
                    end(client);
                } else {
                    connect(client);
                }
            } catch (IOException e) {
                // the server behind it, or this one, is closing
            }
        }
    }

    private void connect(Socket client) throws IOException {
        Socket server = new Socket(behind.getHost(), behind.getPort());
        open.add(client);
        open.add(server);
        boolean forging = state == State.FORGING;
        Thread.ofVirtual().start(() -> pump(client, server, forging));
        Thread.ofVirtual().start(() -> pump(server, client, false));
    }

    private static void pump(Socket from, Socket to, boolean forging) {
        byte[] buffer = new byte[1 << 16];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (forging) {
                    forge(buffer, read);
                }
                out.write(buffer, 0, read);
            }
        } catch (IOException e) {
            // one side is gone; closing both tells the other
        }
    }

    private static void forge(byte[] buffer, int length) {
        String text = new String(buffer, 0, length, StandardCharsets.ISO_8859_1);
        for (int at = text.indexOf(SIGNATURE); at >= 0; at = text.indexOf(SIGNATURE, at + 1)) {
            int digit = at + SIGNATURE.length();
            if (digit < length) {
                buffer[digit] = (byte) (buffer[digit] == '0' ? '1' : '0');
            }
        }
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // it is closed then
        }
    }

    @Override
    public void close() {
        become(State.CLOSED);
        try {
            front.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
