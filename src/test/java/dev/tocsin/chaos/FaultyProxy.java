package dev.tocsin.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Stands between the program and the broker, and breaks what goes through it on demand. */
final class FaultyProxy implements AutoCloseable {
    /** What is done to connections. */
    enum Mode {
        /** Bytes go through. */
        PASS,
        /** Bytes wait, in both directions. */
        DELAY,
        /** Requests reach the broker, answers are thrown away: nobody knows what was done. */
        DROP_ANSWERS,
        /** There is no connection to be had. */
        REFUSE
    }

    private final int target;
    private final ServerSocket server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private Mode mode = Mode.PASS;

    /** @param target the port that connections are passed on to */
    FaultyProxy(int target) {
        this.target = target;
        try {
            server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        daemon(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** From now on. */
    void set(Mode next) {
        synchronized (this) {
            mode = next;
            notifyAll();
        }
        if (next == Mode.REFUSE) {
            cut();
        }
    }

    /** Cuts all connections; new ones can be made. */
    void cut() {
        open.forEach(FaultyProxy::close);
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                if (mode() == Mode.REFUSE) {
                    close(client);
                } else {
                    pass(client);
                }
            }
        } catch (IOException e) {
            cut();
        }
    }

    private void pass(Socket client) {
        try {
            Socket broker = new Socket(InetAddress.getLoopbackAddress(), target);
            client.setTcpNoDelay(true);
            broker.setTcpNoDelay(true);
            open.add(client);
            open.add(broker);
            daemon(() -> pump(client, broker, false));
            daemon(() -> pump(broker, client, true));
        } catch (IOException e) {
            close(client);
        }
    }

    private void pump(Socket from, Socket to, boolean answers) {
        byte[] buffer = new byte[64 << 10];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            boolean dropped = false;
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (answers && awaitNoDelay() == Mode.DROP_ANSWERS) {
                    dropped = true;
                } else if (dropped) {
                    return; // what follows would make no sense
                } else {
                    awaitNoDelay();
                    out.write(buffer, 0, read);
                }
            }
        } catch (IOException e) {
            // One side is gone: so goes the other.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            close(from);
            close(to);
            open.remove(from);
            open.remove(to);
        }
    }

    private synchronized Mode awaitNoDelay() throws InterruptedException {
        while (mode == Mode.DELAY) {
            wait();
        }
        return mode;
    }

    private synchronized Mode mode() {
        return mode;
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        set(Mode.REFUSE);
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "proxy");
        thread.setDaemon(true);
        thread.start();
    }
}
