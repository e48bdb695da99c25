package dev.tocsin.it;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The programs that a test has started: none outlives it, and if it fails, their output is shown. */
public final class Programs implements AfterEachCallback, AfterAllCallback {
    private final List<PackagedProgram> started = new ArrayList<>();
    private final boolean shared;

    private Programs(boolean shared) {
        this.shared = shared;
    }

    /** For an instance's field: programs end with each test. */
    public static Programs ofEachTest() {
        return new Programs(false);
    }

    /** For a static field: programs end with the last test of the class. */
    public static Programs ofAllTests() {
        return new Programs(true);
    }

    /** Starts a program, and does not wait. */
    public PackagedProgram start(PackagedProgram.Builder builder) {
        PackagedProgram program = builder.start();
        started.add(program);
        return program;
    }

    @Override
    public void afterEach(ExtensionContext test) {
        if (test.getExecutionException().isPresent()) {
            started.forEach(program -> System.err.printf("=== %s%n%s%n", test.getDisplayName(), program));
        }
        if (!shared) {
            close();
        }
    }

    @Override
    public void afterAll(ExtensionContext tests) {
        close();
    }

    private void close() {
        started.forEach(PackagedProgram::close);
        started.clear();
    }
}
