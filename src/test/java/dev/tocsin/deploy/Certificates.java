package dev.tocsin.deploy;

import dev.tocsin.kafka.EmbeddedBroker;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Certificates that the JDK's keytool makes: {@code ca}, and signed by it {@code broker} (127.0.0.1), {@code elsewhere}
 * (another host) and {@code client}; {@code stranger} is an authority that signs nothing here.
 */
final class Certificates {
    /** The password of every store, and of the encrypted key. */
    static final String PASSWORD = "changeit";

    private static final String ENCRYPTION = "PBEWithSHA1AndDESede";

    private final Path directory;
    private final KeyStore keys;

    private Certificates(Path directory, KeyStore keys) {
        this.directory = directory;
        this.keys = keys;
    }

    /** Makes them in that directory, which must be there. */
    static Certificates in(Path directory) throws IOException, GeneralSecurityException, InterruptedException {
        Path all = directory.resolve("all.p12");
        keytool(all, "ca", "-ext", "bc:critical");
        keytool(all, "stranger", "-ext", "bc:critical");
        keytool(all, "broker", "-signer", "ca", "-ext", "san=ip:127.0.0.1");
        keytool(all, "elsewhere", "-signer", "ca", "-ext", "san=dns:elsewhere.example.com");
        keytool(all, "client", "-signer", "ca");
        return new Certificates(directory, KeyStore.getInstance(all.toFile(), PASSWORD.toCharArray()));
    }

    private static void keytool(Path store, String name, String... more) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keystore",
                store.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-alias",
                name,
                "-dname",
                "CN=" + name,
                "-keyalg",
                "EC",
                "-validity",
                "2"));
        command.addAll(List.of(more));
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) {
            throw new IllegalStateException(command + ": " + output);
        }
    }

    /** Gives a listener of a broker the certificate of that name, and the authority {@code ca} to judge clients by. */
    void identify(EmbeddedBroker.Builder broker, String listener, String name)
            throws IOException, GeneralSecurityException {
        Path own = Files.write(directory.resolve(listener + ".p12"), keyStore("PKCS12", name));
        Path authorities = Files.write(directory.resolve(listener + "-ca.p12"), trustStore("PKCS12", "ca"));
        String prefix = "listener.name." + listener + ".ssl.";
        broker.with(prefix + "keystore.type", "PKCS12")
                .with(prefix + "keystore.location", own.toString())
                .with(prefix + "keystore.password", PASSWORD)
                .with(prefix + "key.password", PASSWORD)
                .with(prefix + "truststore.type", "PKCS12")
                .with(prefix + "truststore.location", authorities.toString())
                .with(prefix + "truststore.password", PASSWORD);
    }

    /** A store of that type with one key and its chain. */
    byte[] keyStore(String type, String name) throws IOException, GeneralSecurityException {
        KeyStore store = empty(type);
        store.setKeyEntry(name, key(name), PASSWORD.toCharArray(), keys.getCertificateChain(name));
        return bytes(store);
    }

    /** A store of that type with one authority. */
    byte[] trustStore(String type, String name) throws IOException, GeneralSecurityException {
        KeyStore store = empty(type);
        store.setCertificateEntry(name, keys.getCertificate(name));
        return bytes(store);
    }

    /** The certificates from one to its authority. */
    byte[] chain(String name) throws GeneralSecurityException {
        StringBuilder chain = new StringBuilder();
        for (Certificate certificate : keys.getCertificateChain(name)) {
            chain.append(pem("CERTIFICATE", certificate.getEncoded()));
        }
        return chain.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** A private key, PKCS #8. */
    byte[] privateKey(String name) throws GeneralSecurityException {
        return pem("PRIVATE KEY", key(name).getEncoded()).getBytes(StandardCharsets.US_ASCII);
    }

    /** The same, encrypted with {@link #PASSWORD}. */
    byte[] encryptedKey(String name) throws IOException, GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(ENCRYPTION);
        cipher.init(
                Cipher.ENCRYPT_MODE,
                SecretKeyFactory.getInstance(ENCRYPTION).generateSecret(new PBEKeySpec(PASSWORD.toCharArray())));
        AlgorithmParameters parameters = cipher.getParameters();
        byte[] encrypted = cipher.doFinal(key(name).getEncoded());
        return pem("ENCRYPTED PRIVATE KEY", new EncryptedPrivateKeyInfo(parameters, encrypted).getEncoded())
                .getBytes(StandardCharsets.US_ASCII);
    }

    private Key key(String name) throws GeneralSecurityException {
        return keys.getKey(name, PASSWORD.toCharArray());
    }

    private static KeyStore empty(String type) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(type);
        store.load(null, null);
        return store;
    }

    private static byte[] bytes(KeyStore store) throws IOException, GeneralSecurityException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        store.store(bytes, PASSWORD.toCharArray());
        return bytes.toByteArray();
    }

    private static String pem(String what, byte[] content) {
        return "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content) + "\n-----END " + what
                + "-----\n";
    }
}
