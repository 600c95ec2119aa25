package apidrive.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import apidrive.problem.ProblemException;
import apidrive.wire.Chunk;
import apidrive.wire.Digest;

/** The tree of an object, small enough to build every size of it. */
class TreeTest {
    private static final TreeShape SHAPE = new TreeShape(4, 3);
    private static final int MOST = 4 * 3 * 3 * 3 + 9;  // beyond what three levels hold
    private static final ObjectDigests DIGESTS = ObjectDigests.of(random(20), random(32), random(64));

    /** Chunks by their SHA-256, and the root's. */
    private record Tree(Map<Digest, byte[]> chunks, byte[] root) {
        TreeNode decoded() {
            return TreeNode.decodeRoot(SHAPE, root);
        }

        byte[] read(int from, int to) {
            ByteBuffer read = ByteBuffer.allocate(to - from);
            TreeWalk walk = new TreeWalk(SHAPE, decoded(), from, to, chunks::get);
            while (walk.hasNext()) {
                TreeWalk.Leaf leaf = walk.next();
                byte[] bytes = chunks.get(leaf.digest());
                assertThat(bytes).hasSize(leaf.size());
                int first = (int) Math.max(0, from - leaf.offset());
                read.put(bytes, first, (int) Math.min(bytes.length, to - leaf.offset()) - first);
            }
            return read.array();
        }
    }

    static IntStream sizes() {
        return IntStream.rangeClosed(0, MOST);
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void every_range_of_every_size_comes_back_and_its_chunks_are_as_many_as_foretold(int size) {
        byte[] data = random(size);
        Tree tree = built(data);

        assertThat(tree.decoded().bytes()).isEqualTo(size);
        assertThat(tree.decoded().level()).isEqualTo(SHAPE.rootLevel(size));
        assertThat(tree.chunks().size() + 1L).isEqualTo(SHAPE.chunks(size));
        for (int from = 0; from <= size; from++) {
            for (int to = from; to <= size; to += 1 + (to - from) / 5) {
                assertThat(tree.read(from, to)).as("%d to %d", from, to).isEqualTo(slice(data, from, to));
            }
        }
        assertThat(tree.read(0, size)).isEqualTo(data);
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void a_builder_that_was_put_away_after_any_leaf_goes_on_to_the_same_root(int size) {
        byte[] data = random(size);
        Tree whole = built(data);
        for (int cut = 0; cut < size; cut += SHAPE.leafBytes()) {
            List<byte[]> nodes = new ArrayList<>();
            TreeBuilder first = new TreeBuilder(SHAPE, nodes::add);
            leaves(slice(data, 0, cut)).forEach(leaf -> first.leaf(Digest.of(leaf), leaf.length));
            TreeBuilder second = new TreeBuilder(SHAPE, nodes::add, first.state());
            assertThat(second.bytes()).isEqualTo(cut);
            leaves(slice(data, cut, size)).forEach(leaf -> second.leaf(Digest.of(leaf), leaf.length));

            assertThat(second.root(DIGESTS)).isEqualTo(whole.root());
            assertThat(nodes).allMatch(node -> whole.chunks().containsKey(Digest.of(node)));
        }
    }

    @Test
    void a_walk_reads_each_node_on_its_way_once_and_no_other() {
        Tree tree = built(random(4 * 27));
        List<Digest> asked = new ArrayList<>();
        TreeWalk walk = new TreeWalk(SHAPE, tree.decoded(), 50, 58, digest -> {
            asked.add(digest);
            return tree.chunks().get(digest);
        });
        walk.forEachRemaining(leaf -> { });

        assertThat(asked).hasSize(2).doesNotHaveDuplicates();
    }

    @Test
    void the_standard_root_is_full_at_a_chunk_and_four_levels_hold_an_exbibyte() {
        TreeShape standard = TreeShape.STANDARD;
        byte[] children = new byte[standard.fanOut() * Digest.BYTES];

        assertThat(standard.fanOut()).isEqualTo(2_043);
        assertThat(TreeNode.encodeRoot(standard, standard.capacity(1), DIGESTS, children).length)
                .isBetween(Chunk.MAX_BYTES - Digest.BYTES, Chunk.MAX_BYTES);
        assertThat(standard.capacity(TreeShape.MOST_LEVELS)).isGreaterThan(1L << 59);
        assertThat(standard.rootLevel(standard.capacity(1))).isEqualTo(1);
        assertThat(standard.rootLevel(standard.capacity(1) + 1)).isEqualTo(2);
        assertThatThrownBy(() -> standard.rootLevel(Long.MAX_VALUE)).isInstanceOf(ProblemException.class);
    }

    @Test
    void the_format_is_this_one() {
        byte[] root = TreeNode.encodeRoot(TreeShape.STANDARD, 3, DIGESTS, Digest.of(new byte[] {1, 2, 3}).bytes());

        assertThat(root).hasSize(32 + 116 + 32).startsWith(0x89, 'A', 'D', 'T', 'R', 'E', 'E', '\n', 1, 1, 1, 0, 0, 0, 0, 1,
                0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0);
        assertThat(TreeNode.isRoot(root)).isTrue();
        assertThat(TreeNode.isRoot(new byte[200])).isFalse();
        assertThat(TreeNode.decodeRoot(TreeShape.STANDARD, root).child(0)).isEqualTo(Digest.of(new byte[] {1, 2, 3}));
        assertThat(slice(root, 32, 32 + 116)).startsWith(random(20)).endsWith(random(64)).containsSequence(random(32));
        assertThat(TreeNode.decodeRoot(TreeShape.STANDARD, root).digests()).isEqualTo(DIGESTS);
    }

    @Test
    void a_root_higher_than_its_object_needs_and_a_node_that_is_none_are_no_roots() {
        byte[] higher = TreeNode.encodeRoot(SHAPE, 4, DIGESTS, Digest.of(new byte[4]).bytes());
        higher[10] = 2;
        byte[] inner = TreeNode.encodeInner(1, 4, Digest.of(new byte[4]).bytes());

        for (byte[] wrong : List.of(higher, inner)) {
            assertThatThrownBy(() -> TreeNode.decodeRoot(SHAPE, wrong)).isInstanceOf(ProblemException.class).hasMessageContaining("it is no root");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 7, 8, 9, 10, 11, 12, 15, 16, 20, 23, 24, 31})
    void a_header_of_which_any_byte_is_another_is_refused(int index) {
        byte[] root = built(random(30)).root();
        for (int flip = 1; flip < 256; flip++) {
            byte[] wrong = root.clone();
            wrong[index] ^= (byte) flip;
            // the size may become one that has as many children: only that may pass, as the other object it is
            boolean isOtherObject = index == 23 && SHAPE.children(2, wrong[23] & 0xFF) == 3 && (wrong[23] & 0xFF) <= 36
                    && (wrong[23] & 0xFF) > 12;
            if (!isOtherObject) {
                assertThatThrownBy(() -> TreeNode.decodeRoot(SHAPE, wrong)).as("%d", flip).isInstanceOf(ProblemException.class);
            }
        }
    }

    @Test
    void what_is_cut_short_or_too_long_or_random_is_refused_and_nothing_else_happens() {
        byte[] root = built(random(30)).root();
        for (int length = 0; length < root.length; length++) {
            byte[] cut = slice(root, 0, length);
            assertThatThrownBy(() -> TreeNode.decodeRoot(SHAPE, cut)).isInstanceOf(ProblemException.class);
        }
        assertThatThrownBy(() -> TreeNode.decodeRoot(SHAPE, java.util.Arrays.copyOf(root, root.length + 1)))
                .isInstanceOf(ProblemException.class);
        Random random = new Random(5);
        for (int i = 0; i < 20_000; i++) {
            byte[] noise = new byte[random.nextInt(300)];
            random.nextBytes(noise);
            System.arraycopy(root, 0, noise, 0, Math.min(noise.length, random.nextInt(32)));
            try {
                TreeNode.decodeRoot(SHAPE, noise);
            } catch (ProblemException e) {
                assertThat(e.problem().status()).isEqualTo(400);
            }
        }
    }

    @Test
    void a_node_elsewhere_than_its_parent_says_or_with_other_bytes_ends_the_walk() {
        byte[] data = random(4 * 27);
        Tree tree = built(data);
        TreeNode root = tree.decoded();
        byte[] rightNode = tree.chunks().get(root.child(0));
        byte[] shorter = TreeNode.encodeInner(2, 35, slice(rightNode, 32, rightNode.length));
        byte[] lower = TreeNode.encodeInner(1, 12, slice(rightNode, 32, rightNode.length));
        byte[] isRoot = TreeNode.encodeRoot(SHAPE, 36, DIGESTS, slice(rightNode, 32, rightNode.length));
        for (byte[] wrong : List.of(shorter, lower, isRoot)) {
            byte[] children = ByteBuffer.allocate(96).put(Digest.of(wrong).bytes()).put(root.child(1).bytes())
                    .put(root.child(2).bytes()).array();
            TreeNode liar = TreeNode.decodeRoot(SHAPE, TreeNode.encodeRoot(SHAPE, 108, DIGESTS, children));
            assertThatThrownBy(() -> new TreeWalk(SHAPE, liar, 0, 108, digest -> wrong).next())
                    .isInstanceOf(ProblemException.class).hasMessageContaining("belong");
        }
        assertThatThrownBy(() -> new TreeWalk(SHAPE, root, 0, 108, digest -> rightNode.clone()).forEachRemaining(leaf -> { }))
                .isInstanceOf(ProblemException.class).hasMessageContaining("parent");
    }

    @Test
    void a_leaf_after_the_last_is_a_fault() {
        TreeBuilder builder = new TreeBuilder(SHAPE, node -> { });
        builder.leaf(Digest.of(new byte[1]), 1);

        assertThatThrownBy(() -> builder.leaf(Digest.of(new byte[1]), 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new TreeBuilder(SHAPE, node -> { }).leaf(Digest.of(new byte[0]), 0))
                .isInstanceOf(IllegalStateException.class);
    }

    private static Tree built(byte[] data) {
        Map<Digest, byte[]> chunks = new HashMap<>();
        TreeBuilder builder = new TreeBuilder(SHAPE, node -> chunks.put(Digest.of(node), node));
        leaves(data).forEach(leaf -> {
            chunks.put(Digest.of(leaf), leaf);
            builder.leaf(Digest.of(leaf), leaf.length);
        });
        return new Tree(chunks, builder.root(DIGESTS));
    }

    private static Stream<byte[]> leaves(byte[] data) {
        return IntStream.range(0, (data.length + 3) / 4).mapToObj(i -> slice(data, 4 * i, Math.min(data.length, 4 * i + 4)));
    }

    private static byte[] slice(byte[] data, int from, int to) {
        return java.util.Arrays.copyOfRange(data, from, to);
    }

    private static byte[] random(int size) {
        byte[] data = new byte[size];
        new Random(7).nextBytes(data);
        return data;
    }
}
