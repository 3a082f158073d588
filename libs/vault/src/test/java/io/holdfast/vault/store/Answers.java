package io.holdfast.vault.store;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.function.UnaryOperator;

/** A server with prepared answers, each given as soon as a request's head has begun, and the connection closed after it. */
final class Answers implements AutoCloseable {
    private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

    /** @param answers by what the request begins with; "" for none */
    Answers(UnaryOperator<String> answers) throws IOException {
        Thread.ofPlatform().daemon().start(() -> serve(answers));
    }

    static String error(int status, String code) {
        String body = "<Error><Code>" + code + "</Code><Message>no</Message></Error>";
        return "HTTP/1.1 " + status + " No\r\nConnection: close\r\nContent-Length: " + body.length() + "\r\n\r\n"
                + body;
    }

    static String ok(String body) {
        return "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/xml\r\nContent-Length: "
                + body.length() + "\r\n\r\n" + body;
    }

    ObjectStore store() {
        return S3ObjectStore.single(LocalS3.settings(socket.getLocalPort(), "vault", "", "local-secret"));
    }

    private void serve(UnaryOperator<String> answers) {
        while (!socket.isClosed()) {
            try (Socket client = socket.accept()) {
                InputStream in = client.getInputStream();
                byte[] head = new byte[1 << 14];
                int read = in.read(head);
                String answer = answers.apply(new String(head, 0, Math.max(0, read), US_ASCII));
                client.getOutputStream().write(answer.getBytes(US_ASCII));
                client.shutdownOutput();
                if (!answer.isEmpty()) {
                    in.transferTo(OutputStream.nullOutputStream());
                }
            } catch (IOException e) {
                // the client is gone, or this server is closing
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
