package io.holdfast.engine.postgres;

import io.holdfast.engine.connect.DatabaseAddress;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A pooler in transaction mode, as small as one can be: each statement outside of a transaction, and each transaction, goes
 * to whichever server connection is next.
 */
public final class PoolingProxy implements AutoCloseable {
    private static final int SSL_REQUEST = 80_877_103;

    private final ServerSocket listening;
    private final DatabaseAddress server;
    private final boolean turns;
    private final ConcurrentLinkedDeque<Wire> idle = new ConcurrentLinkedDeque<>();
    private final Queue<Wire> all = new ConcurrentLinkedQueue<>();

    /** What a server says when somebody connects, given on to each client. */
    private final List<Message> greeting = new ArrayList<>();

    /** @param turns whether server connections take turns; otherwise the last one used is used again */
    public PoolingProxy(DatabaseAddress server, int connections, boolean turns) throws IOException {
        this.server = server;
        this.turns = turns;
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        idle.add(connected(greeting));
        for (int i = 1; i < connections; i++) {
            idle.add(connected(new ArrayList<>()));
        }
        Thread.ofVirtual().start(this::accept);
    }

    public DatabaseAddress address() {
        return DatabaseAddress.parse("postgresql://" + server.user() + "@127.0.0.1:" + listening.getLocalPort() + "/"
                + server.database() + "?sslmode=disable");
    }

    /** A message of the protocol: its type, and what follows its length. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Message(int type, byte[] body) {}

    private record Wire(Socket socket, DataInputStream in, DataOutputStream out) {
        Wire(Socket socket) throws IOException {
            this(socket, new DataInputStream(socket.getInputStream()), new DataOutputStream(socket.getOutputStream()));
        }

        Message read() throws IOException {
            int type = in.readUnsignedByte();
            return new Message(type, in.readNBytes(in.readInt() - 4));
        }

        void write(Message message) throws IOException {
            ByteArrayOutputStream whole = new ByteArrayOutputStream();
            DataOutputStream packed = new DataOutputStream(whole);
            packed.writeByte(message.type);
            packed.writeInt(message.body.length + 4);
            packed.write(message.body);
            out.write(whole.toByteArray());
            out.flush();
        }
    }

    private Wire connected(List<Message> said) throws IOException {
        Wire wire = new Wire(new Socket(server.host(), server.port()));
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (String word : List.of("user", server.user(), "database", server.database(), "")) {
            body.write(word.getBytes(StandardCharsets.UTF_8));
            body.write(0);
        }
        wire.out.writeInt(body.size() + 8);
        wire.out.writeInt(196_608);
        wire.out.write(body.toByteArray());
        wire.out.flush();
        for (Message next = wire.read(); next.type != 'Z'; next = wire.read()) {
            said.add(next);
        }
        all.add(wire);
        return wire;
    }

    private void accept() {
        try {
            while (true) {
                Wire client = new Wire(listening.accept());
                all.add(client);
                Thread.ofVirtual().start(() -> serve(client));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Wire client) {
        List<Wire> held = new ArrayList<>();
        try {
            welcome(client);
            for (Message asked = client.read(); asked.type != 'X'; asked = client.read()) {
                if (held.isEmpty()) {
                    held.add(next());
                }
                held.getFirst().write(asked);
                Message said = held.getFirst().read();
                for (; said.type != 'Z'; said = held.getFirst().read()) {
                    client.write(said);
                }
                if (said.body[0] == 'I') {
                    giveBack(held.removeFirst());
                }
                client.write(said);
            }
        } catch (IOException e) {
            // the client or the server is gone
        }
    }

    private void welcome(Wire client) throws IOException {
        byte[] startup = client.in.readNBytes(client.in.readInt() - 4);
        while (new DataInputStream(new java.io.ByteArrayInputStream(startup)).readInt() == SSL_REQUEST) {
            client.out.write('N');
            client.out.flush();
            startup = client.in.readNBytes(client.in.readInt() - 4);
        }
        for (Message said : greeting) {
            client.write(said);
        }
        client.write(new Message('Z', new byte[] {'I'}));
    }

    private Wire next() throws IOException {
        Wire wire = idle.poll();
        return wire == null ? connected(new ArrayList<>()) : wire;
    }

    private void giveBack(Wire wire) {
        if (turns) {
            idle.addLast(wire);
        } else {
            idle.addFirst(wire);
        }
    }

    @Override
    public void close() {
        try {
            listening.close();
            for (Wire wire : all) {
                wire.socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
