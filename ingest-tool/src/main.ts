process.stdout.write('tidelake\n');
