/*
 * Verifies a webhook with npm's standardwebhooks: node webhook.mjs SECRET ID TIMESTAMP SIGNATURE BODY. Exits with 1 if it is not genuine.
 */
import { Webhook } from 'standardwebhooks';

const [secret, id, timestamp, signature, body] = process.argv.slice(2);
try {
  const told = new Webhook(secret).verify(body, {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signature,
  });
  console.log(`genuine: ${told.type}`);
} catch (error) {
  console.log(`not genuine: ${error.message}`);
  process.exit(1);
}
