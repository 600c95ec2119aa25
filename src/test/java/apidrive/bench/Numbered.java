package apidrive.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Requests to one server that each say something else, by their numbers from 0 on. */
final class Numbered implements Contender {
    /** The whole request of a number. */
    @FunctionalInterface
    interface Request {
        byte[] of(int number);
    }

    private final String name;
    private final Server server;
    private final int clients;
    private final Request request;
    private final AtomicInteger next = new AtomicInteger();

    Numbered(String name, Server server, int clients, Request request) {
        this.name = name;
        this.server = server;
        this.clients = clients;
        this.request = request;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int clients() {
        return clients;
    }

    @Override
    public List<Server> servers() {
        return List.of(server);
    }

    @Override
    public Worker worker(int number) throws Exception {
        HttpConnection connection = new HttpConnection(server.port());
        return new Worker() {
            @Override
            public int exchange() throws Exception {
                connection.exchange(request.of(next.getAndIncrement()));
                return 1;
            }

            @Override
            public void close() throws Exception {
                connection.close();
            }
        };
    }

    /** All numbers below {@code count}, each client the next that no other has made. */
    void makeAll(int count) throws Exception {
        Callable<Void> client = () -> {
            try (HttpConnection connection = new HttpConnection(server.port())) {
                for (int number = next.getAndIncrement(); number < count; number = next.getAndIncrement()) {
                    connection.exchange(request.of(number));
                }
            }
            return null;
        };
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        try {
            List<Future<Void>> all = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                all.add(threads.submit(client));
            }
            for (Future<Void> one : all) {
                one.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
