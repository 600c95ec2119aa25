package apidrive.door.object;

import java.util.Map;

import apidrive.TestNode;

/** A node in a JVM of its own, whose heap its starter bounds: prints its address, and ends with its input. */
final class SmallHeap {
    private SmallHeap() {
    }

    public static void main(String[] arguments) throws Exception {
        TestNode node = TestNode.start(Map.of("cache-bytes", "0"));
        System.out.println(node.uri(""));
        System.out.flush();
        while (System.in.read() >= 0) {
            // until whoever started this ends
        }
        node.close();
        System.exit(0);
    }
}
