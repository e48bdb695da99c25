import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** So many readers of the stream of alerts, that throw away what they get: java Watchers.java PORT COUNT SECONDS. */
public final class Watchers {
    private Watchers() {}

    public static void main(String[] args) throws IOException {
        int port = Integer.parseInt(args[0]);
        int count = Integer.parseInt(args[1]);
        long end = System.nanoTime() + Long.parseLong(args[2]) * 1_000_000_000L;
        Selector selector = Selector.open();
        for (int i = 0; i < count; i++) {
            SocketChannel channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
            channel.write(ByteBuffer.wrap(
                    "GET /api/alerts/stream HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
        }
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        long bytes = 0;
        int open = count;
        while (System.nanoTime() < end) {
            selector.select(500);
            for (SelectionKey key : selector.selectedKeys()) {
                buffer.clear();
                int read = ((SocketChannel) key.channel()).read(buffer);
                if (read < 0) {
                    key.cancel();
                    open--;
                } else {
                    bytes += read;
                }
            }
            selector.selectedKeys().clear();
        }
        System.out.printf("%d of %d still open, %d bytes%n", open, count, bytes);
    }
}
