package adr;

import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.annotations.QuarkusMain;

/** Runs whichever source the build profile chose until everything was counted. */
@QuarkusMain
public class App implements QuarkusApplication {
    @Override
    public int run(String... args) throws InterruptedException {
        Count.done.await();
        Count.report();
        return 0;
    }
}
