package apidrive.door.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import apidrive.OpenApi;
import apidrive.TestDatabase;
import apidrive.TestNode;
import apidrive.peer.Announcement;
import apidrive.peer.Declared;
import apidrive.peer.Member;
import apidrive.peer.NodeKey;
import apidrive.peer.Observed;
import apidrive.peer.PeerStore;
import apidrive.peer.Profile;
import apidrive.sql.Database;
import apidrive.wire.Document;
import apidrive.wire.Format;

/** The list of a network of 251 servers, of which this node read 250 from its database. */
class ServersTest {
    private static final int OTHERS = 250;
    private static TestDatabase database;
    private static TestNode node;
    private static Caller caller;

    @BeforeAll
    static void start() {
        database = TestDatabase.migrated();
        List<Member> saved = new ArrayList<>();
        for (int i = 0; i < OTHERS; i++) {
            Profile profile = new Profile(URI.create("http://server" + i + ".example"), "zone" + i % 5, "group", 100, i, i == 0,
                    Declared.values()[i % 4], "1.0");
            Announcement announcement = Announcement.sign(NodeKey.generate(new SecureRandom()), "default", profile, i + 1);
            saved.add(new Member(announcement, i % 10 == 0 ? Observed.DEAD : Observed.ALIVE, Duration.ofSeconds(5),
                    Optional.empty(), Optional.empty(), true));
        }
        new PeerStore(new Database(database.runner())).save("default", saved, List.of());
        node = TestNode.start(database, Map.of("zone", "mine"));
        caller = new Caller(node);
    }

    @AfterAll
    static void stop() {
        node.close();
        database.close();
    }

    @Test
    void pages_follow_one_another_by_their_links_and_hold_every_server_once() {
        List<String> ids = new ArrayList<>();
        String query = "?limit=100";
        int pages = 0;
        while (query != null) {
            HttpResponse<byte[]> answer = caller.call("GET", "/api/drive/servers" + query, null);
            OpenApi.check(answer);
            servers(answer).forEach(server -> ids.add(server.text("Id").orElseThrow()));
            String link = Caller.header(answer, "Link");
            query = link == null ? null : link.replaceAll("<(.*)>; rel=\"next\"", "$1");
            pages++;
        }

        assertThat(pages).isEqualTo(3);
        assertThat(ids).hasSize(OTHERS + 1).doesNotHaveDuplicates().isSorted();
        assertThat(servers(caller.call("GET", "/api/drive/servers", null))).hasSize(OTHERS + 1);
    }

    @Test
    void filters_hold_on_every_page() {
        HttpResponse<byte[]> first = caller.call("GET", "/api/drive/servers?zone=zone3&limit=20", null);
        String next = Caller.header(first, "Link").replaceAll("<(.*)>.*", "$1");
        assertThat(next).contains("zone=zone3");
        assertThat(servers(first)).hasSize(20).allMatch(server -> server.text("Zone").orElseThrow().equals("zone3"));
        assertThat(servers(caller.call("GET", "/api/drive/servers" + next, null))).hasSize(20)
                .allMatch(server -> server.text("Zone").orElseThrow().equals("zone3"));
        assertThat(servers(caller.call("GET", "/api/drive/servers?state=dead", null))).hasSizeBetween(10, 25)
                .allMatch(server -> server.text("State").orElseThrow().equals("dead"));
        assertThat(servers(caller.call("GET", "/api/drive/servers?state=read-only&zone=zone1", null))).isNotEmpty();
    }

    @Test
    void a_server_that_this_node_never_spoke_to_says_nothing_of_its_load() {
        Document self = servers(caller.call("GET", "/api/drive/servers?zone=mine", null)).get(0);
        Document other = servers(caller.call("GET", "/api/drive/servers?zone=zone0", null)).get(0);

        assertThat(self.number("LastHeard")).hasValue(0);
        assertThat(self.get("Load")).isPresent();
        assertThat(other.get("Load")).isEmpty();
        assertThat(other.get("Slots", Document.class).orElseThrow().number("Total")).hasValue(100);
        assertThat(other.get("Slots", Document.class).orElseThrow().get("Used")).isEmpty();
    }

    @Test
    void near_shows_the_zone_and_some_links_outside_it_the_same_all_day() {
        HttpResponse<byte[]> near = caller.call("GET", "/api/drive/servers?near=zone2", null);
        OpenApi.check(near);
        List<String> zones = servers(near).stream().map(server -> server.text("Zone").orElseThrow()).toList();

        assertThat(zones.stream().filter("zone2"::equals)).hasSizeGreaterThan(20);
        assertThat(zones.stream().filter(zone -> !zone.equals("zone2"))).hasSize(20).contains("mine", "zone0", "zone1");
        assertThat(servers(near)).noneMatch(server -> List.of("dead", "left").contains(server.text("State").orElseThrow()));
        assertThat(ids(caller.call("GET", "/api/drive/servers?near=zone2", null))).isEqualTo(ids(near));
        assertThat(servers(caller.call("GET", "/api/drive/servers?near=", null)).get(0).text("Zone")).contains("mine");
    }

    @Test
    void an_unchanged_list_is_not_sent_again_and_a_wrong_query_is_malformed() {
        String tag = Caller.header(caller.call("GET", "/api/drive/servers", null), "ETag");
        assertThat(tag).startsWith("W/\"");
        HttpResponse<byte[]> again = caller.call("GET", "/api/drive/servers", null, "If-None-Match", tag);
        OpenApi.check(again);
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(caller.call("GET", "/api/drive/servers", null, "If-None-Match", "W/\"other\"").statusCode()).isEqualTo(200);

        for (String query : List.of("?limit=many", "?after=nonsense", "?state=tired")) {
            HttpResponse<byte[]> refused = caller.call("GET", "/api/drive/servers" + query, null);
            OpenApi.check(refused);
            assertThat(refused.statusCode()).as(query).isEqualTo(400);
        }
        assertThat(servers(caller.call("GET", "/api/drive/servers?limit=0", null))).hasSize(1);
        assertThat(servers(caller.call("GET", "/api/drive/servers?limit=99999999999", null))).hasSize(OTHERS + 1);
    }

    private static List<Document> servers(HttpResponse<byte[]> answer) {
        return Format.JSON.readDocuments(answer.body());
    }

    private static List<String> ids(HttpResponse<byte[]> answer) {
        return servers(answer).stream().map(server -> server.text("Id").orElseThrow()).toList();
    }
}
