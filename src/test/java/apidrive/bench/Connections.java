package apidrive.bench;

import java.util.List;

/** Another contender under a name that tells its connections, for they are what is compared. */
record Connections(Contender contender) implements Contender {
    private static final double FAIR = 0.9;

    @Override
    public String name() {
        return contender.name() + ", " + clients() + " connections";
    }

    @Override
    public int clients() {
        return contender.clients();
    }

    @Override
    public double fairness() {
        return FAIR;
    }

    @Override
    public void prepare() throws Exception {
        contender.prepare();
    }

    @Override
    public List<Server> servers() throws Exception {
        return contender.servers();
    }

    @Override
    public Worker worker(int number) throws Exception {
        return contender.worker(number);
    }

    @Override
    public void cleanUp() throws Exception {
        contender.cleanUp();
    }
}
