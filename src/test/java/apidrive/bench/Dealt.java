package apidrive.bench;

import java.util.ArrayList;
import java.util.List;

/** The same thing done at several servers at once: {@code clients} are dealt out among them. */
record Dealt(String name, int clients, List<? extends Contender> each) implements Contender {

    @Override
    public void prepare() throws Exception {
        for (Contender one : each) {
            one.prepare();
        }
    }

    @Override
    public List<Server> servers() throws Exception {
        List<Server> servers = new ArrayList<>();
        for (Contender one : each) {
            servers.addAll(one.servers());
        }
        return servers;
    }

    @Override
    public boolean isOnce() {
        return each.get(0).isOnce();
    }

    @Override
    public void cleanUp() throws Exception {
        for (Contender one : each) {
            one.cleanUp();
        }
    }

    @Override
    public Worker worker(int number) throws Exception {
        return each.get(number % each.size()).worker(number);
    }
}
