package io.holdfast.engine.postgres.jdbc;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import javax.net.SocketFactory;
import org.newsclub.net.unix.AFUNIXSocketFactory;

/**
 * Sockets of one Unix domain address, with reads of bounded length. junixsocket allocates a buffer as long as the array
 * that a read may fill, so that one long row would be read in quadratic time.
 */
public final class UnixSocketFactory extends SocketFactory {
    static final int LONGEST_READ = 256 * 1024;

    private final AFUNIXSocketFactory.FactoryArg sockets;

    /** @param path of the socket; the driver calls this by reflection */
    public UnixSocketFactory(String path) {
        sockets = new AFUNIXSocketFactory.FactoryArg(path);
    }

    @Override
    public Socket createSocket() throws IOException {
        return new BoundedSocket(sockets.createSocket());
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return new BoundedSocket(sockets.createSocket(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return new BoundedSocket(sockets.createSocket(host, port, localHost, localPort));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return new BoundedSocket(sockets.createSocket(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) throws IOException {
        return new BoundedSocket(sockets.createSocket(host, port, localHost, localPort));
    }

    static final class BoundedReads extends FilterInputStream {
        BoundedReads(InputStream in) {
            super(in);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return super.read(bytes, offset, Math.min(length, LONGEST_READ));
        }
    }

    /** Overrides what the PostgreSQL driver calls. */
    private static final class BoundedSocket extends Socket {
        private final Socket socket;

        BoundedSocket(Socket socket) {
            this.socket = socket;
        }

        @Override
        public void connect(SocketAddress endpoint) throws IOException {
            socket.connect(endpoint);
        }

        @Override
        public void connect(SocketAddress endpoint, int timeout) throws IOException {
            socket.connect(endpoint, timeout);
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return new BoundedReads(socket.getInputStream());
        }

        @Override
        public OutputStream getOutputStream() throws IOException {
            return socket.getOutputStream();
        }

        @Override
        public SocketAddress getRemoteSocketAddress() {
            return socket.getRemoteSocketAddress();
        }

        @Override
        public void setTcpNoDelay(boolean on) throws SocketException {
            socket.setTcpNoDelay(on);
        }

        @Override
        public void setKeepAlive(boolean on) throws SocketException {
            socket.setKeepAlive(on);
        }

        @Override
        public void setSoTimeout(int timeout) throws SocketException {
            socket.setSoTimeout(timeout);
        }

        @Override
        public int getSoTimeout() throws SocketException {
            return socket.getSoTimeout();
        }

        @Override
        public void setReceiveBufferSize(int size) throws SocketException {
            socket.setReceiveBufferSize(size);
        }

        @Override
        public int getReceiveBufferSize() throws SocketException {
            return socket.getReceiveBufferSize();
        }

        @Override
        public void setSendBufferSize(int size) throws SocketException {
            socket.setSendBufferSize(size);
        }

        @Override
        public int getSendBufferSize() throws SocketException {
            return socket.getSendBufferSize();
        }

        @Override
        public boolean isConnected() {
            return socket.isConnected();
        }

        @Override
        public boolean isClosed() {
            return socket.isClosed();
        }

        @Override
        public void shutdownInput() throws IOException {
            socket.shutdownInput();
        }

        @Override
        public void shutdownOutput() throws IOException {
            socket.shutdownOutput();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
