package apidrive.door.dtfc;

import java.io.IOException;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

import apidrive.access.ClientAddresses;
import apidrive.config.DoorName;
import apidrive.config.NodeConfig;
import apidrive.door.api.Answer;
import apidrive.door.api.Senders;
import apidrive.door.route.Door;
import jakarta.servlet.http.HttpServletRequest;

/** The routes of dtfc, in its forms: {@code PUT /{name}}, {@code GET|HEAD|DELETE /{sha512}[/option]}, and two pages. */
public final class DtfcDoor implements Door {
    private static final String HEALTH = "/health.html";
    private static final String REFRESH = "/refreshpeers.html";
    private static final String FACTS = "ffmetadata";
    private static final String EVERYWHERE = "allpeers";
    private static final String LOOK_UP = "sha512";

    private final Storing storing;
    private final Giving giving;
    private final Loading loading;
    private final Contents contents;
    private final Switches switches;
    private final BooleanSupplier isReady;
    private final Redirect redirect;
    private final Crowd crowd;
    private final CouchSessions sessions;
    private final ClientAddresses addresses;

    /** {@code isReady} tells whether the node can do its work. */
    public DtfcDoor(Storing storing, Giving giving, Loading loading, Contents contents, Switches switches, BooleanSupplier isReady,
            NodeConfig.Dtfc settings, ClientAddresses addresses) {
        this.storing = storing;
        this.giving = giving;
        this.loading = loading;
        this.contents = contents;
        this.switches = switches;
        this.isReady = isReady;
        this.redirect = new Redirect(settings.https(), addresses);
        this.crowd = new Crowd(settings.transfers());
        this.sessions = new CouchSessions(settings.couchdb());
        this.addresses = addresses;
    }

    @Override
    public DoorName name() {
        return DoorName.DTFC;
    }

    /** Every single segment that is PUT, and whatever is asked of a hash. */
    @Override
    public boolean claims(String verb, String path) {
        boolean isOne = path.length() > 1 && path.indexOf('/', 1) < 0;
        boolean isRead = verb.equals("GET") || verb.equals("HEAD");
        return verb.equals("PUT") && isOne || isRead && path.equals(HEALTH)
                || path.length() > Address.DIGITS && Verb.of(verb).isPresent() && Address.of(path).flatMap(Address::sha512).isPresent();
    }

    @Override
    public Answer answer(HttpServletRequest request, String path) {
        try {
            return Verb.of(request.getMethod()).map(verb -> answer(verb, path, request)).orElseGet(Refused::notFound);
        } catch (RuntimeException | Error e) {
            return Refused.of(e, request);
        }
    }

    @Override
    public Answer refusal(RuntimeException why, HttpServletRequest request) {
        return Refused.of(why, request);
    }

    private Answer answer(Verb verb, String path, HttpServletRequest request) {
        boolean isRead = verb == Verb.GET || verb == Verb.HEAD;
        if (isRead && path.equals(HEALTH)) {
            return isReady.getAsBoolean() ? Refused.worded(Answer.of(200), "All systems go.") : Refused.of(503);
        }
        if (verb == Verb.PUT && path.equals(REFRESH)) {
            loading.refresh();  // the file of servers to join by is read again every second
            return Answer.of(200).with("Content-Length", 0);
        }
        Optional<Address> address = Address.of(path);
        Optional<Answer> elsewhere = verb == Verb.GET && address.filter(Address::isHereOnly).isEmpty() ? redirect.of(request) : Optional.empty();
        if (elsewhere.isPresent() || address.isEmpty()) {
            return elsewhere.orElseGet(Refused::notFound);
        }
        if (switches.off().contains(verb)) {
            return Refused.worded(Answer.of(403), verb.refusal());
        }
        return inTurn(verb, address.get(), request);
    }

    private Answer inTurn(Verb verb, Address address, HttpServletRequest request) {
        String from = Senders.client(addresses, request);
        String client = sessions.user(request, from).orElse(from);
        crowd.enter(client);
        Answer answer;
        try {
            answer = done(verb, address, request);
        } catch (IOException | RuntimeException | Error e) {
            answer = Refused.of(e, request);
        }
        return answer.afterwards(() -> crowd.leave(client));
    }

    private Answer done(Verb verb, Address address, HttpServletRequest request) throws IOException {
        return switch (verb) {
            case PUT -> address.option().isEmpty() ? Stub.of(storing.store(address.first(), request)) : Refused.notFound();
            case GET -> read(address, request, hash -> address.isHereOnly() ? Optional.empty() : loading.load(hash, request));
            case HEAD -> read(address, request, hash -> Optional.empty());
            case DELETE -> delete(address);
        };
    }

    /** {@code elsewhere} tells what others have that no node keeps. */
    private Answer read(Address address, HttpServletRequest request, Function<String, Optional<Content>> elsewhere) throws IOException {
        if (address.sha512().isEmpty()) {
            Optional<Content> named = address.has(LOOK_UP) ? contents.named(address.first()) : Optional.empty();
            return named.map(Stub::of).orElseGet(Refused::notFound);
        }
        String sha512 = address.sha512().get();
        Optional<Content> found = contents.find(sha512).or(() -> elsewhere.apply(sha512));
        if (found.isEmpty()) {
            return Refused.notFound();
        }
        if (address.has(FACTS)) {
            return giving.facts(found.get()).map(facts -> Stub.facts(found.get(), facts)).orElseGet(() -> Refused.of(422));
        }
        return giving.give(found.get(), address.isHereOnly(), request).orElseGet(Refused::notFound);
    }

    private Answer delete(Address address) {
        boolean isMeant = address.option().isEmpty() || address.has(EVERYWHERE);
        return address.sha512().filter(hash -> isMeant).flatMap(storing::delete).map(Stub::deleted).orElseGet(Refused::notFound);
    }
}
